// The two forms of foreign histories, as operations.
import type { Operation } from '../../../e2e/linearizability/checker.ts';
import type { RegisterInput, RegisterOutput, StringInput } from './models.ts';

/** Tab-separated lines `INFO  jepsen.util - PROCESS TYPE OPERATION VALUE`. Other lines are no events. */
export function parseJepsen(text: string): Operation<RegisterInput, RegisterOutput>[] {
  const open = new Map<string, { input: RegisterInput; called: number }>();
  const history: Operation<RegisterInput, RegisterOutput>[] = [];
  text.split('\n').forEach((line, position) => {
    const match = /^INFO\s+jepsen\.util - (\S+)\s+(:\S+)\s+(:\S+)\s+(.*?)\s*$/.exec(line);
    const [, process, type, name, value] = match ?? [];
    if (process === undefined || type === undefined || name === undefined || value === undefined) return;
    if (type === ':invoke') {
      open.set(process, { input: registerInput(name, value), called: position });
      return;
    }
    const begun = open.get(process);
    // `:info` has no end: it may take effect at any later time, or never.
    if (begun === undefined || type === ':info') return;
    open.delete(process);
    history.push({ ...begun, output: registerOutput(type, name, value), returned: position });
  });
  for (const begun of open.values()) history.push({ ...begun, output: undefined, returned: Infinity });
  return history;
}

function registerInput(name: string, value: string): RegisterInput {
  if (name === ':read') return { kind: 'read' };
  if (name === ':write') return { kind: 'write', value };
  const [, from = '', to = ''] = /\[(\S+) (\S+)\]/.exec(value) ?? [];
  return { kind: 'cas', from, to };
}

function registerOutput(type: string, name: string, value: string): RegisterOutput | undefined {
  // A read that timed out ends, but with any value.
  if (type === ':fail') return name === ':cas' ? { swapped: false } : undefined;
  if (name === ':read') return { value };
  return name === ':cas' ? { swapped: true } : {};
}

/** EDN maps, one a line: `{:process 0, :type :invoke, :f :append, :key "4", :value "x"}`. */
export function parseStrings(text: string): Operation<StringInput, string>[] {
  const open = new Map<string, { input: StringInput; called: number }>();
  const history: Operation<StringInput, string>[] = [];
  text.split('\n').forEach((line, position) => {
    const match = /:process (\d+), :type :(\w+), :f :(\w+), :key "([^"]*)", :value (?:"(.*)"|nil)/.exec(line);
    const [, process, type, kind, key, value = ''] = match ?? [];
    if (process === undefined || key === undefined) return;
    if (kind !== 'get' && kind !== 'put' && kind !== 'append') return;
    const begun = open.get(process);
    if (type === 'invoke') open.set(process, { input: { kind, key, value }, called: position });
    else if (begun !== undefined) {
      open.delete(process);
      history.push({ ...begun, output: value, returned: position });
    }
  });
  return history;
}
