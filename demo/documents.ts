// What is signed: this repository's own README, or the reader's own text. Tabs and the dedicated worker
// fetch the same bytes.
/// <reference types="vite/client" />
import readmeUrl from '../README.md?url&no-inline';

type Bytes = Uint8Array<ArrayBuffer>;

export type Source = { readonly kind: 'readme' } | { readonly kind: 'text'; readonly text: string };

let readme: Promise<Bytes> | undefined;

export function bytesOf(source: Source): Promise<Bytes> {
  if (source.kind === 'text') return Promise.resolve(new TextEncoder().encode(source.text));
  // A failure is not kept: the next try fetches again.
  readme ??= fetchReadme().catch((error: unknown) => {
    readme = undefined;
    throw error;
  });
  return readme;
}

export function titleOf({ kind }: Source): string {
  return kind === 'readme' ? 'README.md' : 'your text';
}

async function fetchReadme(): Promise<Bytes> {
  const response = await fetch(readmeUrl);
  if (!response.ok)
    throw new Error(`README.md could not be fetched: the server answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
