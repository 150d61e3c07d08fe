// @ts-check
// A worker, shared or a tab's own, that makes workers one after another, without keyslot: each says that it is there, and is
// ended. Tells the page how many there were, and answers whatever it is asked with that number, as long as it can.

/** @param {MessagePort} page */
async function makeWorkers(page) {
  let made = 0;
  page.onmessage = () => page.postMessage({ made });
  for (;;) {
    const child = new Worker(new URL('./child.mjs', import.meta.url), { type: 'module' });
    try {
      await there(child);
    } finally {
      child.terminate();
    }
    made += 1;
    page.postMessage({ made });
  }
}

/** @param {Worker} child */
function there(child) {
  return new Promise((resolve, reject) => {
    child.onmessage = resolve;
    child.onerror = ({ message }) => reject(new Error(`a worker does not start: ${message}`));
    // Something holds it meanwhile, so that no collection ends it.
    setTimeout(reject, 60_000, new Error('a worker does not say that it is there'));
  });
}

/** @param {MessagePort} page */
function serve(page) {
  makeWorkers(page).catch((error) => page.postMessage({ error: String(error) }));
}

const scope = /** @type {any} */ (globalThis);
if ('onconnect' in scope) {
  scope.onconnect = (/** @type {MessageEvent} */ { ports: [port] }) => port && serve(port);
} else {
  serve(scope);
}
