// @ts-check
// What a crash test runs inside the pages of the test site. Each function is sent there as text, and so is whole in
// itself.

/**
 * What a page is told to do, one thing at a time.
 *
 * @typedef {{ act: 'create', id: string, kind: 'P256' | 'SECP256K1' | 'ED448', cache: boolean }
 *   | { act: 'destroy', id: string }} Write
 * @typedef {Write | { act: 'stop' }} Step
 *
 * What it says of it: the outcome, at once, and then the public key of what it created.
 *
 * @typedef {{ act: 'create' | 'destroy', id: string, code: string } | { id: string, publicKey: string }} Report
 *
 * What is seen of a key: the signature of its id.
 *
 * @typedef {{ id: string, publicKey: string, signature: string, fault?: string }} Look
 *
 * @typedef {{ nextStep: () => Promise<Step>, reportStep: (report: Report) => Promise<void> }} Bindings
 */

/** @param {{ name: string, topology: 'auto' | 'shared' | 'elected', worker?: string }} options */
export async function openStore(options) {
  window.keys = await window.keyslot.openKeystore(options);
}

/**
 * Creates and destroys without a pause, `width` calls at a time, until it is told to stop.
 *
 * @param {number} width
 */
export async function write(width) {
  const { nextStep, reportStep } = /** @type {Window & Bindings} */ (/** @type {unknown} */ (window));
  const { kit, keys } = window;

  /** @param {Step} step */
  const perform = async (step) => {
    if (step.act === 'stop') return;
    const { act, id } = step;
    if (step.act === 'destroy') {
      void reportStep({ act, id, code: await kit.code(keys.destroyKey(id)) });
      return;
    }
    const making = keys.generateKey({ id, lifetime: 'persistent', cache: step.cache, ...kit[step.kind] });
    void reportStep({ act, id, code: await kit.code(making) });
    const publicKey = await making.then((key) => key.exportPublicKey('spki')).catch(() => undefined);
    if (publicKey !== undefined) void reportStep({ id, publicKey: kit.hex(publicKey) });
  };

  const writer = async () => {
    for (let step = await nextStep(); step.act !== 'stop'; step = await nextStep()) await perform(step);
  };
  await Promise.all(kit.times(width, writer));
}

/**
 * Every key that is listed, used.
 *
 * @returns {Promise<Look[]>}
 */
export async function lookAtAll() {
  const { kit, keys } = window;
  /** @type {Promise<Look>[]} */
  const looks = [];
  for await (const { id, attributes } of keys.listKeys()) {
    const look = async () => {
      if (attributes === null) throw new Error('its record cannot be read');
      const key = await keys.openKey(id);
      const signature = kit.hex(await key.sign(kit.utf8(id)));
      return { id, signature, publicKey: kit.hex(await key.exportPublicKey('spki')) };
    };
    looks.push(look().catch((error) => ({ id, signature: '', publicKey: '', fault: String(error) })));
  }
  return Promise.all(looks);
}

/** Which host serves the page. */
export async function hostOf() {
  return (await window.keys.stats()).boot;
}
