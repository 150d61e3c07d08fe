// The page of the slot machine's benchmark: scripts/bench-machine.mjs opens as many as it needs and calls what it
// finds at `window.machine`.
import { flood, watch } from './flood.ts';
import { cached, fill, open, useAll } from './many.ts';
import { play, prepare } from './mixed.ts';
import { tables } from './tables.ts';

const machine = { tables, fill, open, cached, useAll, prepare, play, flood, watch };

declare global {
  interface Window {
    machine: typeof machine;
  }
}

window.machine = machine;
