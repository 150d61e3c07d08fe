// @ts-check
// The quick path, as checks for an engine and a topology that it has: one tab, then two, a worker, the end of a tab, and
// the browser's restart. Each builds on those before it.
import { deepEqual, equal, ok } from 'node:assert/strict';

/** How soon a host notices that a client has gone, at the latest (G8), in milliseconds. */
const END_OF_SESSION = 1_000;

/** How soon another tab has the store when that of its owner has gone, at the latest, in milliseconds. */
const FAIL_OVER = 8_000;

const NATIVE_EVERYWHERE = ['ECDSA/P-256', 'ECDH/P-384', 'Ed25519', 'HMAC', 'AES-CTR/256', 'RSA-OAEP', 'HKDF'];

/** @type {readonly import('./report.mjs').Check[]} */
const oneTab = [
  {
    name: 'openKeystore opens a store in an isolated page',
    run: async (site) => {
      await openIn(site, 'A');
      const a = await site.tab('A');
      ok(await a.run(() => crossOriginIsolated), 'the page is not cross-origin isolated');
    },
  },
  {
    name: 'capabilities: AES-192 by the engine, Ed448 and secp256k1 by noble',
    run: async (site) => {
      const a = await site.tab('A');
      const { algorithms } = await a.run(() => window.keys.capabilities());
      const { 'AES-GCM/192': aes192, Ed448: ed448, 'ECDSA/secp256k1': secp256k1 } = algorithms;
      deepEqual({ aes192, ed448, secp256k1 }, { aes192: 'webcrypto', ed448: 'noble', secp256k1: 'noble' });
      const others = NATIVE_EVERYWHERE.filter((variant) => algorithms[variant] !== 'webcrypto');
      deepEqual(others, [], 'every engine has these itself');
    },
  },
  {
    name: 'ensureKey makes a persistent P-256 key that signs and verifies',
    run: async (site) => {
      const a = await site.tab('A');
      const { verified, tampered, ...kept } = await a.run(async () => {
        const { P256, utf8, hex } = window.kit;
        const key = await window.keys.ensureKey({ ...P256, id: 'identity', lifetime: 'persistent' });
        const signature = await key.sign(utf8('engines'));
        return {
          verified: await key.verify(signature, utf8('engines')),
          tampered: await key.verify(signature, utf8('engine')),
          spki: hex(await key.exportPublicKey('spki')),
          signature: [...signature],
        };
      });
      deepEqual({ verified, tampered }, { verified: true, tampered: false });
      site.kept.set('identity', kept);
    },
  },
  signsByNoble('Ed448', 'ED448'),
  signsByNoble('secp256k1', 'SECP256K1'),
  {
    name: 'AES-192-GCM encrypts, decrypts, and refuses what was changed',
    run: async (site) => {
      const a = await site.tab('A');
      const result = await a.run(async () => {
        const { AES192, code, utf8 } = window.kit;
        const key = await window.keys.generateKey({ ...AES192, lifetime: 'session' });
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const sealed = await key.encrypt(utf8('engines'), { iv });
        const text = new TextDecoder().decode(await key.decrypt(sealed, { iv }));
        sealed[0] = (sealed[0] ?? 0) ^ 1;
        const changed = await code(key.decrypt(sealed, { iv }));
        await key.destroy();
        return { text, changed };
      });
      deepEqual(result, { text: 'engines', changed: 'INVALID_SIGNATURE' });
    },
  },
  {
    // Firefox imports such a key, and exports neither it nor its public half: drivers/webcrypto/whole.ts.
    name: 'an EC key in PKCS #8 without its public half signs, and is exported with it',
    run: async (site) => {
      const a = await site.tab('A');
      const result = await a.run(async () => {
        const { P256, hex, utf8 } = window.kit;
        const kind = { name: 'ECDSA', namedCurve: 'P-256' };
        const pair = await crypto.subtle.generateKey(kind, true, ['sign', 'verify']);
        const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
        // RFC 5208 around RFC 5915 without its last member: after 36 bytes of heads come the 32 of the number.
        const head = '3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420';
        const lone = Uint8Array.from([
          ...(head.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16)),
          ...pkcs8.subarray(36, 68),
        ]);
        const key = await window.keys.importKey('pkcs8', lone, {
          ...P256,
          lifetime: 'session',
          extractable: true,
        });
        const verified = await crypto.subtle.verify(
          { ...kind, hash: 'SHA-256' },
          pair.publicKey,
          await key.sign(utf8('engines')),
          utf8('engines'),
        );
        const whole = hex(await key.exportKey('pkcs8')) === hex(pkcs8);
        await key.destroy();
        return { verified, whole };
      });
      deepEqual(result, { verified: true, whole: true });
    },
  },
];

/** @param {import('./site.mjs').Site} site */
async function signBoth(site) {
  const a = await site.tab('A');
  return a.run(() => window.kit.signBoth(window.keys));
}

/** @type {import('./report.mjs').Check} */
const servesMeanwhile = {
  name: 'others are served while SLH-DSA signs in a worker of the host’s own',
  run: async (site) => {
    deepEqual(await signBoth(site), { order: ['quick', 'slow'], workers: 1, verified: true });
  },
};

/** @type {import('./report.mjs').Check} */
const signsAlone = {
  name: 'SLH-DSA signs in the host’s own thread where a worker that makes a worker may stop for ever',
  run: async (site) => {
    deepEqual(await signBoth(site), { order: ['slow', 'quick'], workers: 0, verified: true });
  },
};

/**
 * What takes seconds, in a browser that no driver reaches: where one does, Firefox's hosts have no workers.
 *
 * @type {readonly import('./report.mjs').Check[]}
 */
export const slowWork = [
  ...oneTab.slice(0, 1),
  {
    name: 'no driver is there',
    run: async (site) => {
      const a = await site.tab('A');
      equal(await a.run(() => navigator.webdriver), false);
    },
  },
  servesMeanwhile,
];

/** @type {readonly import('./report.mjs').Check[]} */
const manyClients = [
  {
    name: 'two tabs share a key: B verifies what A has signed',
    run: async (site) => {
      await openIn(site, 'B');
      await sameIdentity(site, 'B');
    },
  },
  {
    name: 'exactly one of two tabs that create an id at once wins, 40 times',
    run: async (site) => {
      const a = await site.tab('A');
      const b = await site.tab('B');
      await a.run(() => window.kit.closeGate());
      const race = async () => {
        const { P256, code, gate, times } = window.kit;
        await gate();
        const outcomes = [];
        // One after another: the tab that loses an id is the first at the next, so that they meet again and again.
        for (const id of times(40, (index) => `race-${index}`)) {
          outcomes.push(await code(window.keys.generateKey({ ...P256, id, lifetime: 'volatile' })));
        }
        return outcomes;
      };
      const racing = Promise.all([a.run(race), b.run(race)]);
      // It is awaited below, unless the gate fails first.
      racing.catch(() => {});
      await a.run(async () => {
        while ((await window.kit.atGate()) < 2);
        window.kit.openGate();
      });
      const [inA, inB] = await racing;
      const outcomes = inA.map((outcome, index) => [outcome, inB[index]].sort());
      deepEqual(
        outcomes,
        inA.map(() => ['ALREADY_EXISTS', 'ok']),
      );
      const won = inA.filter((outcome) => outcome === 'ok').length;
      return `A won ${won}, B ${inA.length - won}`;
    },
  },
  {
    name: 'a dedicated worker signs through attach, in a tab whose host is not the first',
    run: async (site) => {
      const b = await site.tab('B');
      const verified = await b.run(async () => {
        const { worker, run } = window.startWorker();
        await window.keys.attach(worker);
        const data = window.kit.utf8('engines');
        const signature = /** @type {Uint8Array<ArrayBuffer>} */ (await run('sign', 'identity', data));
        worker.terminate();
        return (await window.keys.openKey('identity')).verify(signature, data);
      });
      ok(verified, 'the signature of the worker does not verify in the page');
    },
  },
  {
    name: 'destroyKey in A: B gets DOES_NOT_EXIST, and INVALID_HANDLE from the Key it has',
    run: async (site) => {
      const a = await site.tab('A');
      const b = await site.tab('B');
      await a.run(async () => {
        await window.keys.ensureKey({ ...window.kit.P256, id: 'doomed', lifetime: 'persistent' });
      });
      await b.run(async () => {
        const doomed = await window.keys.openKey('doomed');
        await doomed.sign(window.kit.utf8('before'));
        window.kept['doomed'] = doomed;
      });
      await a.run(() => window.keys.destroyKey('doomed'));
      const codes = await b.run(async () => {
        const { code, utf8 } = window.kit;
        const doomed = /** @type {import('keyslot').Key} */ (window.kept['doomed']);
        return [await code(window.keys.openKey('doomed')), await code(doomed.sign(utf8('after')))];
      });
      deepEqual(codes, ['DOES_NOT_EXIST', 'INVALID_HANDLE']);
    },
  },
  {
    name: `a tab that closes frees its session and its keys within ${END_OF_SESSION} ms`,
    run: async (site) => {
      const a = await site.tab('A');
      const b = await site.tab('B');
      await b.run(async () => {
        await window.keys.generateKey({ ...window.kit.P256, lifetime: 'session' });
      });
      // The worker of the check before has ended too.
      const before = await sessionsFallTo(2, a);
      await uncaughtIn(site, 'B');
      await site.closeTab('B');
      const after = await sessionsFallTo(1, a);
      // Where each tab has a host of its own, its session keys were never in another's.
      equal(before.sessionKeys - after.sessionKeys, site.topology === 'shared' ? 1 : 0);
      return `gone after ${after.took} ms`;
    },
  },
];

/**
 * Of the elected topology: the tab that owns the store goes, and the other is its owner.
 *
 * @type {readonly import('./report.mjs').Check[]}
 */
const failOver = [
  {
    name: 'another tab has the store when its owner’s tab closes, long before that could be taken for dead; only volatile keys are lost',
    run: async (site) => {
      await openIn(site, 'B');
      const b = await site.tab('B');
      await b.run(async () => {
        const { P256, code, utf8 } = window.kit;
        const { keys, kept } = window;
        kept['volatile'] = await keys.ensureKey({ ...P256, id: 'short-lived', lifetime: 'volatile' });
        kept['session'] = await keys.generateKey({ ...P256, id: 'own', lifetime: 'session' });
        const key = await keys.openKey('identity');
        let stop = false;
        const signing = (async () => {
          /** @type {Set<string>} */
          const codes = new Set();
          let longest = 0;
          for (let last = performance.now(); !stop; ) {
            codes.add(await code(key.sign(utf8('engines'))));
            const now = performance.now();
            longest = Math.max(longest, now - last);
            last = now;
          }
          return { codes: [...codes], longest: Math.round(longest) };
        })();
        kept['end'] = () => {
          stop = true;
          return signing;
        };
        kept['boot'] = (await keys.stats()).boot;
      });
      await uncaughtIn(site, 'A');
      await site.closeTab('A');
      const { codes, longest, left } = await b.run(async () => {
        const { code, utf8 } = window.kit;
        while ((await window.keys.stats()).boot === window.kept['boot']);
        const ended = await /** @type {() => Promise<{ codes: string[], longest: number }>} */ (
          window.kept['end']
        )();
        const left = [];
        for (const name of ['volatile', 'session']) {
          left.push(await code(/** @type {import('keyslot').Key} */ (window.kept[name]).sign(utf8('data'))));
        }
        return { ...ended, left };
      });
      deepEqual(codes, ['ok']);
      deepEqual(left, ['INVALID_HANDLE', 'ok']);
      ok(longest < FAIL_OVER, `it took ${longest} ms`);
      await openIn(site, 'A');
      await sameIdentity(site, 'A');
      await uncaughtIn(site, 'B');
      await site.closeTab('B');
      return `${longest} ms`;
    },
  },
];

/** @type {readonly import('./report.mjs').Check[]} */
const restart = [
  {
    name: 'a restart of the browser keeps the persistent key and no other',
    run: async (site) => {
      const volatile = 'volatile';
      const a = await site.tab('A');
      await a.run(async (id) => {
        await window.keys.ensureKey({ ...window.kit.P256, id, lifetime: 'volatile' });
      }, volatile);
      await uncaughtIn(site, 'A');
      await site.close();
      await site.start();
      await openIn(site, 'A');
      await sameIdentity(site, 'A');
      const again = await site.tab('A');
      const { code, ids } = await again.run(async (id) => {
        const code = await window.kit.code(window.keys.openKey(id));
        const ids = [];
        for await (const { id } of window.keys.listKeys()) ids.push(id);
        return { code, ids };
      }, volatile);
      equal(code, 'DOES_NOT_EXIST');
      deepEqual(ids, ['identity']);
      await uncaughtIn(site, 'A');
    },
  },
];

/**
 * @param {{ topology: import('./site.mjs').Topology, keeps: boolean, nests: boolean }} engine `keeps`: what it stores outlives
 * it; `nests`: its workers can have workers, driven as it is
 * @returns {readonly import('./report.mjs').Check[]}
 */
export const quickPath = ({ topology, keeps, nests }) => [
  ...oneTab,
  nests ? servesMeanwhile : signsAlone,
  ...manyClients,
  ...(topology === 'shared' ? [] : failOver),
  ...(keeps ? restart : []),
];

/**
 * @param {string} label
 * @param {'ED448' | 'SECP256K1'} kind
 * @returns {import('./report.mjs').Check}
 */
function signsByNoble(label, kind) {
  return {
    name: `${label} signs and verifies`,
    run: async (site) => {
      const a = await site.tab('A');
      const result = await a.run(async (kind) => {
        const { utf8 } = window.kit;
        const key = await window.keys.generateKey({ ...window.kit[kind], lifetime: 'session' });
        const signature = await key.sign(utf8('engines'));
        const verified = await key.verify(signature, utf8('engines'));
        const tampered = await key.verify(signature, utf8('engine'));
        await key.destroy();
        return { verified, tampered };
      }, kind);
      deepEqual(result, { verified: true, tampered: false });
    },
  };
}

/**
 * @param {import('./site.mjs').Site} site
 * @param {'A' | 'B'} name
 */
async function openIn(site, name) {
  const tab = await site.tab(name);
  await tab.run(
    async (name, topology) => {
      window.keys = await window.keyslot.openKeystore({ name, topology });
    },
    site.store,
    site.topology,
  );
}

/**
 * Waits until the host has as few sessions, and tells how many session keys are left.
 *
 * @param {number} wanted
 * @param {import('./browser.mjs').Tab} tab
 */
async function sessionsFallTo(wanted, tab) {
  const { sessions, ...others } = await tab.run(
    async (wanted, limit) => {
      const start = performance.now();
      for (;;) {
        const { sessions, sessionKeys } = await window.keys.stats();
        const took = Math.round(performance.now() - start);
        if (sessions <= wanted || took > limit) return { sessions, sessionKeys, took };
      }
    },
    wanted,
    END_OF_SESSION,
  );
  equal(sessions, wanted, `${sessions} sessions, not ${wanted}, after ${others.took} ms`);
  return others;
}

/**
 * The tab has the key that A made first: it verifies A's signature, and its own verifies.
 *
 * @param {import('./site.mjs').Site} site
 * @param {'A' | 'B'} name
 */
async function sameIdentity(site, name) {
  const { spki, signature } = site.kept.get('identity');
  const tab = await site.tab(name);
  const result = await tab.run(
    async (bytes) => {
      const { hex, utf8 } = window.kit;
      const key = await window.keys.openKey('identity');
      return {
        spki: hex(await key.exportPublicKey('spki')),
        theirs: await key.verify(Uint8Array.from(bytes), utf8('engines')),
        own: await key.verify(await key.sign(utf8('own')), utf8('own')),
      };
    },
    /** @type {number[]} */ (signature),
  );
  deepEqual(result, { spki, theirs: true, own: true });
}

/**
 * keyslot causes no error that nobody catches.
 *
 * @param {import('./site.mjs').Site} site
 * @param {'A' | 'B'} name
 */
async function uncaughtIn(site, name) {
  const tab = await site.tab(name);
  deepEqual(await tab.run(() => window.kept['uncaught']), []);
}
