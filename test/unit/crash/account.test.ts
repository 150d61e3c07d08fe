// What `npm run test:crash` must notice: an account that never objects would prove nothing.
import { expect, test } from 'vitest';
import { Account } from '../../../scripts/crash-account.mjs';
import { judgeOrder } from '../../../scripts/crash-order.mjs';

const PUBLIC_KEY = '01';
const whole = (id: string) => ({ id, publicKey: PUBLIC_KEY });

/** `a` is created, `b` destroyed, of `c` and `d` creation and destruction were cut off. */
function begun(): Account {
  const account = new Account();
  for (const id of ['a', 'b', 'd']) {
    account.begin('create', id);
    account.acknowledge('create', id);
    account.name(id, PUBLIC_KEY);
  }
  account.begin('destroy', 'b');
  account.acknowledge('destroy', 'b');
  account.begin('create', 'c');
  account.begin('destroy', 'd');
  account.refuse('destroy', 'd', 'COMMUNICATION_FAILURE');
  return account;
}

const kinds = ({ violations }: Account) => violations.map(({ kind }) => kind);

test.each([
  ['neither took effect', ['a', 'd'], { kept: 0, dropped: 1, done: 0, undone: 1 }],
  ['both took effect', ['a', 'c'], { kept: 1, dropped: 0, done: 1, undone: 0 }],
])('G3 durable, the account: what was cut off is whole or absent: %s', (_, there, counts) => {
  const account = begun();
  account.audit(there.map(whole));
  expect(account.violations).toEqual([]);
  expect(account.counts).toMatchObject({ created: 3, destroyed: 1, ...counts });
});

test('G3 durable, the account: a database that the browser itself lost is no fault of the store, and what was destroyed stays so', () => {
  const account = begun();
  account.drop();
  account.audit([]);
  expect(kinds(account)).toEqual([]);
  expect(account.losses).toHaveLength(1);
  account.audit([whole('b')]);
  expect(kinds(account)).toEqual(['back']);
});

test.each([
  ['missing', []],
  ['back', [whole('a'), whole('b')]],
  ['half', [{ id: 'a', fault: 'its record cannot be read' }]],
  ['half', [{ id: 'a', publicKey: '02' }]],
  ['foreign', [whole('a'), whole('z')]],
] as const)('G3 durable, the account notices: %s', (kind, findings) => {
  const account = begun();
  account.audit(findings);
  expect(kinds(account)).toEqual([kind]);
  // Once: the account goes on with what is there.
  account.audit(findings.map((finding) => ('fault' in finding ? finding : { id: finding.id })));
  expect(kinds(account)).toEqual([kind]);
});

test('G3 durable, the account: what one look has settled stays so', () => {
  const lost = begun();
  lost.audit(['a', 'c', 'd'].map(whole));
  lost.audit(['a', 'd'].map(whole));
  expect(kinds(lost)).toEqual(['missing']);
  const risen = begun();
  risen.audit([whole('a')]);
  risen.audit(['a', 'c', 'd'].map(whole));
  expect(kinds(risen)).toEqual(['back', 'back']);
});

test('exactly once, the account: a new id cannot exist, nor a key of one’s own be gone', () => {
  const account = begun();
  account.refuse('create', 'c', 'ALREADY_EXISTS');
  account.refuse('destroy', 'd', 'DOES_NOT_EXIST');
  expect(kinds(account)).toEqual(['answer', 'answer']);
});

test('the account: any other refusal says that nothing changed', () => {
  const account = begun();
  account.refuse('create', 'c', 'STORAGE_FAILURE');
  account.refuse('destroy', 'd', 'STORAGE_FAILURE');
  account.audit(['a', 'c'].map(whole));
  expect(kinds(account)).toEqual(['missing', 'back']);
});

const TRANSACTION = { what: 'transaction', number: 1, mode: 'readwrite', durability: 'strict' } as const;
const ADD = { what: 'add', number: 1, id: 'a' } as const;
const COMPLETE = { what: 'complete', number: 1 } as const;
const ANSWER = { what: 'answer', asked: 'generate', id: 'a' } as const;

test('G3 durable, the watch: an answer is due after a strict complete', () => {
  expect(judgeOrder([TRANSACTION, ADD, COMPLETE, ANSWER])).toEqual({ answers: 1, early: [] });
  const early = { answers: 1, early: ['generate a'] };
  expect(judgeOrder([TRANSACTION, ADD, ANSWER, COMPLETE])).toEqual(early);
  expect(judgeOrder([{ ...TRANSACTION, durability: 'relaxed' }, ADD, COMPLETE, ANSWER])).toEqual(early);
  expect(judgeOrder([TRANSACTION, { ...ADD, id: 'b' }, COMPLETE, ANSWER])).toEqual(early);
});
