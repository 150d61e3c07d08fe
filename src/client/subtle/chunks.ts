// What `digest` takes beside a BufferSource: chunks that come one after the other, as of a stream (Modern Algorithms draft,
// `async_sequence<BufferSource>`). Data may be secret: each chunk is copied as it comes, and the copies are cleared.
import { copyOf } from './convert.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type Chunks = AsyncIterable<unknown> | Iterable<unknown>;

/**
 * A view is iterable too, and never a sequence of chunks: one of shared memory is refused as what it is. A text is one, whose
 * chunks are none of bytes: the empty one has no chunk at all (web-platform-tests, digest_asyncIterable).
 */
export function isChunks(value: unknown): value is Chunks {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

/**
 * All of them as one, which the caller of this clears.
 *
 * @throws TypeError for a chunk that is no BufferSource; what the iterator throws.
 */
export async function joined(chunks: Chunks): Promise<Bytes> {
  const parts: Bytes[] = [];
  try {
    for await (const chunk of chunks) parts.push(copyOf(chunk, 'Each chunk'));
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  } finally {
    for (const part of parts) part.fill(0);
  }
}
