// Node's part: hands test pages the vectors that lie beside the repository, not in it, and the switches of the shell.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../shared/vectors/wycheproof/', import.meta.url));

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** The text of a file of Wycheproof; `null` where there are none. */
    wycheproof: (file: string) => Promise<string | null>;
    /** What KEYSLOT_FUZZ says, by which the runs of a fuzz are multiplied; else 1. */
    fuzzFactor: () => Promise<number>;
  }
}

export const commands = {
  wycheproof(_: unknown, file: string): string | null {
    if (!existsSync(folder)) return null;
    if (!/^\w+\.json$/.test(file)) throw new TypeError('no name of a file of vectors');
    return readFileSync(`${folder}${file}`, 'utf8');
  },
  fuzzFactor: (): number => Number(process.env['KEYSLOT_FUZZ'] ?? 1),
};
