// Every message between a tab and its hosts, both ways, recorded in the tab before the package is loaded.
import type { Page } from '@playwright/test';
import type { Site } from './fixtures.ts';

interface Tap {
  readonly sent: unknown[];
  readonly came: unknown[];
}

declare global {
  interface Window {
    tap: Tap;
    /** The paths of secrets in a message: private and secret CryptoKeys, and the bytes given, also as text. */
    secretsIn(message: unknown, bytes: Uint8Array): string[];
  }
}

/** A tab of the store whose ports are tapped. */
export async function tappedTab(site: Site): Promise<Page> {
  await site.context.addInitScript(tap);
  return site.tab();
}

function tap(): void {
  window.tap = { sent: [], came: [] };
  const listen = (port: MessagePort) => {
    port.addEventListener('message', ({ data }) => window.tap.came.push(data));
    const post = port.postMessage.bind(port);
    port.postMessage = (message: unknown, options?: unknown) => {
      window.tap.sent.push(message);
      post(message, options as StructuredSerializeOptions);
    };
  };
  window.SharedWorker = class extends SharedWorker {
    constructor(url: string | URL, options?: string | WorkerOptions) {
      super(url, options);
      listen(this.port);
    }
  };
  // The end that a tab keeps, where its hosts have the other: in its own worker, or in another tab's.
  window.MessageChannel = class extends MessageChannel {
    constructor() {
      super();
      listen(this.port2);
    }
  };

  const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  window.secretsIn = (message, bytes) => {
    const needle = latin1(bytes);
    const base64 = btoa(needle).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const found: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (value instanceof CryptoKey) {
        if (value.type !== 'public') found.push(`${path}: a ${value.type} key`);
      } else if (value instanceof ArrayBuffer) look(new Uint8Array(value), path);
      else if (ArrayBuffer.isView(value)) {
        const whole = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
        if (latin1(whole).includes(needle)) found.push(`${path}: bytes`);
      } else if (typeof value === 'string') {
        if (value.includes(base64) || value.toLowerCase().includes(hex)) found.push(`${path}: text`);
      } else if (typeof value === 'object' && value !== null) {
        for (const [name, member] of Object.entries(value)) look(member, `${path}.${name}`);
      }
    };
    look(message, '');
    return found;
  };
}
