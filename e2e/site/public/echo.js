// A SharedWorker that answers and does nothing else: the least that any host in one can cost (bench:lifecycle).
// @ts-check

/** @type {SharedWorkerGlobalScope} */ (/** @type {unknown} */ (self)).onconnect = ({ ports: [port] }) => {
  if (port) port.onmessage = ({ data }) => port.postMessage(data);
};

export {};
