import { expect, test } from 'vitest';
import { createGate } from '#commands/plugins/gate.ts';
import { mapServices } from './rig.ts';

const never = new AbortController().signal;
const grant = { plugin: 'one', orderId: 7, needs: ['hosts', 'series'] as const };

const gateWith = () => {
  const gate = createGate(mapServices());
  const ask = async (key: string, need: string, method: string, args: unknown[] = []) => {
    try {
      return await gate.serve({ key, need, method, args }, never);
    } catch (thrown) {
      return (thrown as { code?: string }).code ?? String(thrown);
    }
  };
  return { gate, ask };
};

test('a key opens what its command asked for, and the plugin’s own values', async () => {
  const { gate, ask } = gateWith();
  const key = gate.open(grant);
  expect(await ask(key, 'hosts', 'list')).toHaveLength(1);
  expect(await ask(key, 'values', 'set', ['k', { a: 1 }])).toBeUndefined();
  expect(await ask(key, 'values', 'get', ['k'])).toEqual({ a: 1 });
});

test('a key opens nothing else, however the wish is written', async () => {
  const { gate, ask } = gateWith();
  const key = gate.open(grant);
  for (const need of ['facts', 'audit', 'runs', 'charts', '__proto__', 'constructor', 'toString', ''])
    expect(await ask(key, need, 'gather', [['web-1']])).toBe('plugin.not_given');
  for (const method of ['gather', '__proto__', 'constructor', 'toString', ''])
    expect(await ask(key, 'hosts', method)).toBe('plugin.not_given');
});

test('a forged, foreign or closed key opens nothing', async () => {
  const { gate, ask } = gateWith();
  const key = gate.open(grant);
  expect(await ask('', 'hosts', 'list')).toBe('plugin.closed');
  expect(await ask(`${key}x`, 'hosts', 'list')).toBe('plugin.closed');
  gate.close(key);
  expect(await ask(key, 'hosts', 'list')).toBe('plugin.closed');
});

test('a malformed message is refused, whatever it is', async () => {
  const { gate } = gateWith();
  for (const payload of [null, undefined, 4, 'x', [], {}, { key: 1 }, { key: 'k', need: {}, method: 'x', args: [] }])
    await expect(gate.serve(payload, never)).rejects.toMatchObject({ code: 'plugin.closed' });
});

test('a background job has no order, so nothing about hosts', async () => {
  const { gate, ask } = gateWith();
  const key = gate.open({ plugin: 'one', needs: ['series', 'hosts'] });
  expect(await ask(key, 'series', 'add', [1, { cpu: 2 }])).toBeUndefined();
  expect(await ask(key, 'hosts', 'list')).toBe('plugin.not_given');
});

test.each([
  ['values', 'set', ['', 1]],
  ['values', 'set', ['k', 'x'.repeat(70_000)]],
  ['values', 'set', ['k', () => 1]],
  ['values', 'get', [{}]],
  ['series', 'add', [Number.NaN, {}]],
  ['series', 'add', [1, { cpu: Number.POSITIVE_INFINITY }]],
  ['series', 'range', ['cpu', 0, 1, 0]],
  ['series', 'summary', ['cpu', 0, 1, 0]],
  ['hosts', 'list', ['too', 'many']],
])('a wish with wrong arguments is refused: %s %s', async (need, method, args) => {
  const { gate, ask } = gateWith();
  expect(await ask(gate.open(grant), need, method, args)).toBe('plugin.bad_request');
});
