// Messages to a host that comlink, left open, would act on or choke on, and others that are no calls (G11).

/** What `globalThis.ran` would be in the host if any of this ran there. */
const CODE = 'globalThis.ran = true';
const RAW = { type: 'RAW', value: { call: 1 } };
const code = { type: 'RAW', value: CODE };
const call = (path: unknown, argumentList: unknown = [RAW]) => ({ type: 'APPLY', path, argumentList });
const many = (count: number) => new Array(count).fill('sign');

/** Messages that must be refused, by what they try. `id` is added. */
export const HOSTILE: Record<string, object> = {
  GET: { type: 'GET', path: ['sign'] },
  'GET of the root': { type: 'GET', path: [] },
  'GET of a constructor': { type: 'GET', path: ['sign', 'constructor'] },
  SET: { type: 'SET', path: ['stats'], value: code },
  'SET of a prototype': { type: 'SET', path: ['__proto__', 'polluted'], value: code },
  CONSTRUCT: { type: 'CONSTRUCT', path: ['sign', 'constructor'], argumentList: [code] },
  'CONSTRUCT of one segment': { type: 'CONSTRUCT', path: ['constructor'], argumentList: [code] },
  ENDPOINT: { type: 'ENDPOINT' },
  RELEASE: { type: 'RELEASE' },
  'an unknown type': { type: 'EVAL', path: ['sign'], argumentList: [code] },
  'no type': { path: ['sign'], argumentList: [RAW] },
  'a type that is an object': { type: { toString: 'APPLY' }, path: ['stats'], argumentList: [RAW] },
  'two segments': call(['sign', 'constructor'], [code]),
  'a call through call': call(['sign', 'call']),
  constructor: call(['constructor'], [code]),
  __proto__: call(['__proto__']),
  toString: call(['toString']),
  hasOwnProperty: call(['hasOwnProperty']),
  'no segment': call([]),
  'a segment that is a number': call([0]),
  'a segment that is an array': call([['stats']]),
  'a path that is a string': call('stats'),
  'a path that is an object': call({ 0: 'stats', length: 1 }),
  'no path': { type: 'APPLY', argumentList: [RAW] },
  'a huge path': call(many(100_000)),
  'a huge name': call(['sign'.repeat(100_000)]),
  'a proxy argument': call(['sign'], [{ type: 'HANDLER', name: 'proxy', value: 1 }]),
  'a throw argument': call(
    ['sign'],
    [{ type: 'HANDLER', name: 'throw', value: { isError: false, value: 1 } }],
  ),
  'a handler that does not exist': call(['stats'], [{ type: 'HANDLER', name: 'constructor', value: 1 }]),
  'no argument list': { type: 'APPLY', path: ['stats'] },
  'no argument': call(['stats'], []),
  'two arguments': call(['stats'], [RAW, RAW]),
  'a huge argument list': call(['stats'], many(100_000)),
  'an argument that is null': call(['stats'], [null]),
  'an argument that is text': call(['stats'], ['RAW']),
  'an argument list that is an object': call(['stats'], { 0: RAW, length: 1 }),
  'a raw argument that is no object': call(['stats'], [{ type: 'RAW', value: 7 }]),
  'a raw argument without a value': call(['stats'], [{ type: 'RAW' }]),
  'a raw argument that is code': call(['generate'], [code]),
};
