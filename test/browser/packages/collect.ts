// Loads test suites that packages ship as CommonJS for Mocha or Jasmine, and lists their cases without running them, so
// that each can be run here and accounted for.
import { expect } from 'vitest';
import { assert, Buffer, modules } from './node.ts';

export interface Case {
  readonly path: string;
  readonly run: () => unknown;
}

type Define = (name: string, body: () => unknown) => void;

/**
 * @param source - the package's module.
 * @param register - is given its exports.
 */
export function casesOf(source: string, register: (exported: unknown) => void): readonly Case[] {
  const cases: Case[] = [];
  const path: string[] = [];
  const describe: Define = (name, body) => {
    path.push(name);
    body();
    path.pop();
  };
  const it: Define = (name, run) => {
    cases.push({ path: [...path, name].join(' › '), run });
  };
  // What the package marks as skipped is a case all the same.
  const globals = {
    ...{
      describe,
      context: describe,
      xdescribe: describe,
      xit: it,
      it: Object.assign(it, { skip: it, only: it }),
    },
    ...{ expect, Buffer, assert },
  };
  register(load(source, globals));
  return cases;
}

function load(source: string, globals: Readonly<Record<string, unknown>>): unknown {
  const module = { exports: {} };
  const scope = { ...globals, module, exports: module.exports, require: (name: string) => modules[name] };
  // Node's own loader does the same; the code is a development dependency's.
  new Function(...Object.keys(scope), source)(...Object.values(scope));
  return module.exports;
}
