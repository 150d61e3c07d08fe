import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadlines } from '../../../src/rpc/deadlines.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const after = (ms: number) => performance.now() + ms;

function at(deadlines: Deadlines, time: number, expire: () => void): () => void {
  const due = { time, expire };
  deadlines.add(due);
  return () => deadlines.delete(due);
}

test('each deadline is met once, the earlier first, whatever the order in which they were set', () => {
  const deadlines = new Deadlines();
  const met: string[] = [];
  for (const ms of [300, 100, 200]) at(deadlines, after(ms), () => met.push(`${ms}`));
  vi.advanceTimersByTime(99);
  expect(met).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(met).toEqual(['100']);
  vi.advanceTimersByTime(1000);
  expect(met).toEqual(['100', '200', '300']);
});

test('a deadline that is prevented is not met, and those behind it are', () => {
  const deadlines = new Deadlines();
  const met: string[] = [];
  const prevent = at(deadlines, after(100), () => met.push('prevented'));
  at(deadlines, after(200), () => met.push('kept'));
  prevent();
  vi.advanceTimersByTime(200);
  expect(met).toEqual(['kept']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a deadline that a callback sets or prevents counts', () => {
  const deadlines = new Deadlines();
  const met: string[] = [];
  const prevent: (() => void)[] = [];
  at(deadlines, after(100), () => {
    met.push('first');
    for (const stop of prevent) stop();
    at(deadlines, after(50), () => met.push('third'));
  });
  prevent.push(at(deadlines, after(100), () => met.push('prevented')));
  at(deadlines, after(1000), () => met.push('last'));
  vi.advanceTimersByTime(150);
  expect(met).toEqual(['first', 'third']);
  vi.advanceTimersByTime(850);
  expect(met).toEqual(['first', 'third', 'last']);
});

test('a deadline in the past is met soon, and not within the step that set it', () => {
  const deadlines = new Deadlines();
  const met: string[] = [];
  at(deadlines, after(-10), () => met.push('late'));
  expect(met).toEqual([]);
  vi.advanceTimersByTime(5);
  expect(met).toEqual(['late']);
});
