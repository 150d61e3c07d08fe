// @ts-check
// How much a SharedWorker keeps in memory: the sizes of all objects of a heap snapshot, which collects garbage first.

/**
 * @param {import('playwright').Browser} browser
 * @param {string} name the worker's
 * @returns {Promise<number>} bytes
 */
export async function heapOfWorker(browser, name) {
  const session = await browser.newBrowserCDPSession();
  try {
    const { targetInfos } = await session.send('Target.getTargets');
    const target = targetInfos.find(({ type, title }) => type === 'shared_worker' && title === name);
    if (!target) throw new Error(`There is no SharedWorker with the name ${name}.`);
    // Not flat: the messages of a flat session would need a connection of their own.
    const { sessionId } = await session.send('Target.attachToTarget', {
      targetId: target.targetId,
      flatten: false,
    });
    /** @type {string[]} */
    const chunks = [];
    /** @type {Promise<void>} */
    const taken = new Promise((resolve, reject) => {
      session.on('Target.receivedMessageFromTarget', ({ message }) => {
        const { id, method, params, error } = JSON.parse(message);
        if (error) reject(new Error(error.message));
        else if (method === 'HeapProfiler.addHeapSnapshotChunk') chunks.push(params.chunk);
        else if (id === 1) resolve();
      });
    });
    const message = JSON.stringify({ id: 1, method: 'HeapProfiler.takeHeapSnapshot', params: {} });
    await session.send('Target.sendMessageToTarget', { sessionId, message });
    await taken;
    return sumOf(JSON.parse(chunks.join('')));
  } finally {
    await session.detach();
  }
}

/** @param {{ snapshot: { meta: { node_fields: string[] } }, nodes: number[] }} snapshot */
function sumOf({ snapshot, nodes }) {
  const fields = snapshot.meta.node_fields;
  const size = fields.indexOf('self_size');
  let sum = 0;
  for (let at = size; at < nodes.length; at += fields.length) sum += nodes[at] ?? 0;
  return sum;
}
