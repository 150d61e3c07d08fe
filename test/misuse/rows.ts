// The status of every misuse: what is done wrong, in the words of the design's table, and the code that answers it. Each
// row has a test at least, in Node or in a browser, which rows.test.ts checks.
export const ROWS = {
  'unknown or destroyed id': 'DOES_NOT_EXIST',
  'a Key whose key is gone': 'INVALID_HANDLE',
  'id in use': 'ALREADY_EXISTS',
  'usage or algorithm outside the policy': 'NOT_PERMITTED',
  'malformed algorithm, key material, attributes, sizes': 'INVALID_ARGUMENT',
  'id empty or over 256 bytes': 'INVALID_ARGUMENT',
  'an algorithm that no driver has': 'NOT_SUPPORTED',
  'an algorithm that the chosen protection cannot hold': 'NOT_SUPPORTED',
  'step out of order': 'BAD_STATE',
  'operation used twice at once': 'BAD_STATE',
  'closed keystore': 'BAD_STATE',
  'locked vault': 'BAD_STATE',
  'wrong signature where an exception is due': 'INVALID_SIGNATURE',
  'wrong tag or padding': 'INVALID_SIGNATURE',
  'deadline while waiting for a slot or lane': 'INSUFFICIENT_MEMORY',
  'the caller’s own abort': 'AbortError',
  'volatile ceiling reached': 'INSUFFICIENT_MEMORY',
  quota: 'INSUFFICIENT_STORAGE',
  'record with a bad checksum': 'DATA_CORRUPT',
  'record with an unknown version': 'DATA_INVALID',
  'record with a foreign id': 'DATA_INVALID',
  'no owner reachable': 'SERVICE_FAILURE',
  'protocol mismatch': 'SERVICE_FAILURE',
  'outcome that cannot be found': 'COMMUNICATION_FAILURE',
} as const;

export type Row = keyof typeof ROWS;

/** What a test of a row is called. */
export function title(row: Row, part: string): string {
  return `misuse: ${row} → ${ROWS[row]}: ${part}`;
}
