// @ts-check
// What worker.mjs imports later, as keyslot's host does its noble chunks.
export const answer = 'yes';
