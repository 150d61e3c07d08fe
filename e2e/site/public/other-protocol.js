// A host of another protocol, as a client meets it after a deploy: it welcomes and says which one it speaks.
// @ts-check
const welcome = { keyslot: 'welcome', protocol: 999, build: '9.9.9', boot: 'another', capabilities: {} };

/** @type {SharedWorkerGlobalScope} */ (/** @type {unknown} */ (self)).onconnect = ({ ports: [port] }) => {
  if (port) port.onmessage = () => port.postMessage(welcome);
};

export {};
