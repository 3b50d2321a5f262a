import { expect, test } from 'vitest';
import { createPending } from '#runs/execute/pending.ts';

const change = (subject: string) => ({ subject, aspect: 'content', before: null, after: 'x' });

test('a step rests on everything that begins as it says, and on nothing else', () => {
  const pending = createPending();
  pending.add('a source', [change('/etc/apt/sources.list.d/ours.list')]);
  expect(pending.touching(['package web', '/etc/apt/*'])).toBe('a source');
  expect(pending.touching(['/etc/apt'])).toBeUndefined();
  expect(pending.touching(['package *'])).toBeUndefined();
  pending.add('a package', [change('package lib')]);
  expect(pending.touching(['package *'])).toBe('a package');
});

test('what a step rests on is not what it changes, where it names no one thing', () => {
  const pending = createPending();
  pending.addUnknown('all packages', ['package *', 'package web']);
  expect(pending.touching(['package web'])).toBe('all packages');
  expect(pending.touching(['package other'])).toBeUndefined();
});
