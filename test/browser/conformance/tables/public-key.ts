// getPublicKey.
import { privateUsages, ROWS } from '../algorithms.ts';
import { equal, text } from '../bytes.ts';
import type { Scenario, Table } from '../compare.ts';
import { fails } from '../outcome.ts';

const one = (name: string, expected: string, run: Scenario['run']): Scenario => ({ name, expected, run });
const pairs = ROWS.filter(({ kind }) => kind === 'pair');

const found: readonly Scenario[] = pairs.flatMap((row) => {
  const [params = {}] = row.params;
  const algorithm = { name: row.name, ...params };
  const open = row.publicUsages ?? [];
  const format = row.formats.includes('spki') ? 'spki' : 'raw-public';
  const wrong = open.includes('encrypt') ? 'sign' : 'encrypt';
  return [
    ...[open, []].map((usages) =>
      one(
        `${row.name} for [${usages.join(' ')}]`,
        `[public, true, ${row.name}, ${[...usages].sort().join(' ')}, true]`,
        async ({ subtle }) => {
          const { publicKey, privateKey } = await subtle.generateKey(algorithm, false, row.usages);
          const key = await subtle.getPublicKey(privateKey, usages);
          const same = equal(await subtle.exportKey(format, key), await subtle.exportKey(format, publicKey));
          return [key.type, key.extractable, key.algorithm.name, [...key.usages].sort().join(' '), same];
        },
      ),
    ),
    one(`${row.name}: of a public key`, fails('InvalidAccessError'), async ({ subtle }) => {
      const { publicKey } = await subtle.generateKey(algorithm, false, row.usages);
      return subtle.getPublicKey(publicKey, open);
    }),
    ...[[wrong], [...open, wrong], privateUsages(row)].map((usages) =>
      one(`${row.name}: for [${usages.join(' ')}]`, fails('SyntaxError'), async ({ subtle }) => {
        const { privateKey } = await subtle.generateKey(algorithm, false, row.usages);
        return subtle.getPublicKey(privateKey, usages);
      }),
    ),
  ];
});

const others: readonly Scenario[] = [
  ...ROWS.filter(({ kind }) => kind === 'secret').map((row) => {
    const [params = {}] = row.params;
    return one(`${row.name}: a secret key`, fails('NotSupportedError'), async ({ subtle }) => {
      const key = await subtle.generateKey({ name: row.name, ...params }, false, row.usages);
      return subtle.getPublicKey(key, []);
    });
  }),
  one('no key', fails('TypeError'), ({ subtle }) => subtle.getPublicKey({}, [])),
  one('an unknown usage', fails('TypeError'), async ({ subtle }) => {
    const { privateKey } = await subtle.generateKey('Ed25519', false, ['sign']);
    return subtle.getPublicKey(privateKey, ['seal']);
  }),
  one('ECDSA: verifies as the first does', '[true, true]', async ({ subtle }) => {
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const usages = ['sign', 'verify'];
    const { publicKey, privateKey } = await subtle.generateKey(
      { ...algorithm, namedCurve: 'P-256' },
      false,
      usages,
    );
    const signature = await subtle.sign(algorithm, privateKey, text('message'));
    const second = await subtle.getPublicKey(privateKey, ['verify']);
    return Promise.all(
      [publicKey, second].map((key) => subtle.verify(algorithm, key, signature, text('message'))),
    );
  }),
];

export const tables: readonly Table[] = [{ name: 'getPublicKey', scenarios: [...found, ...others] }];
