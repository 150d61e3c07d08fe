// The controls that are always there: the form for a new key, the choice of what to sign, the worker, the race.
import type { Actions, Wanted } from './actions.ts';
import { choices, isChoice } from './algorithms.ts';
import type { Source } from './documents.ts';
import { byId, el } from './dom.ts';

const LIFETIMES = ['persistent', 'volatile', 'session'] as const;

export function wireCreate(actions: Actions): void {
  const form = byId('create', HTMLFormElement);
  const id = byId('new-id', HTMLInputElement);
  const algorithm = byId('new-algorithm', HTMLSelectElement);
  const lifetime = byId('new-lifetime', HTMLSelectElement);
  algorithm.append(...choices.map(({ value, label }) => el('option', { value }, label)));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const choice = algorithm.value;
    const life = LIFETIMES.find((name) => name === lifetime.value);
    if (!isChoice(choice) || life === undefined) return;
    const ensures = event.submitter?.dataset['method'] === 'ensureKey';
    const method: Wanted['method'] = ensures ? 'ensureKey' : 'generateKey';
    void actions.create({ id: id.value, algorithm: choice, lifetime: life, method });
  });
}

/** What the Sign buttons sign, as chosen now. */
export function sourceChooser(): () => Source {
  const select = byId('source', HTMLSelectElement);
  const text = byId('text', HTMLInputElement);
  const field = byId('text-field', HTMLElement);
  const update = () => {
    field.hidden = select.value !== 'text';
  };
  select.addEventListener('change', update);
  update();
  return () => (select.value === 'text' ? { kind: 'text', text: text.value } : { kind: 'readme' });
}

export function wireWorker(actions: Actions): void {
  const start = byId('worker', HTMLButtonElement);
  start.addEventListener('click', async () => {
    start.disabled = true;
    const started = await actions.attachWorker();
    if (started.ok) start.textContent = 'Worker attached';
    else start.disabled = false;
  });
}

export function wireRace(actions: Actions): void {
  const id = byId('race-id', HTMLInputElement);
  byId('race', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const ensures = event.submitter?.dataset['method'] === 'ensureKey';
    void actions.race(id.value, ensures ? 'ensureKey' : 'generateKey');
  });
}
