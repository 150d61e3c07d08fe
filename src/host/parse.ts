// Checks input against a schema; the answer to bad input says which part of it and what to pass instead.
import * as v from 'valibot';
import { KeystoreError } from '../errors.ts';

export function parse<S extends v.GenericSchema>(schema: S, input: unknown, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, input, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return result.output;
  throw new KeystoreError('INVALID_ARGUMENT', `${what}: ${explain(result.issues[0])}`);
}

/** Only names and our own words: valibot's default messages quote the input. */
function explain(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? '';
  if (issue.type === 'strict_object') {
    if (issue.expected === 'never') return `there is no such member as ${path.slice(0, 64)}.`;
    return issue.path === undefined ? 'pass an object.' : `${path} is missing.`;
  }
  const own = issue.message.startsWith('Invalid') ? `${path} is malformed` : issue.message;
  return `${own}.`;
}
