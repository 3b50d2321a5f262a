import { describe, expect, test } from 'vitest';
import { subjects } from './subjects.ts';

describe.each(subjects)('$name keeps what plugins keep', ({ fresh }) => {
  test('a plugin has a key-value space of its own, of any JSON', async () => {
    await using opened = await fresh();
    const values = opened.store.pluginValues;
    await values.set('a', 'k', { x: [1, null, 'é'] });
    await values.set('b', 'k', 2);
    await values.set('a', 'nothing', null);
    await values.set('b', 'k', false);
    expect(await values.get('a', 'k')).toEqual({ x: [1, null, 'é'] });
    expect(await values.get('b', 'k')).toBe(false);
    expect(await values.get('a', 'nothing')).toBeNull();
    expect(await values.get('a', 'other')).toBeUndefined();
    await values.remove('a', 'k');
    expect(await values.get('a', 'k')).toBeUndefined();
    expect(await values.get('b', 'k')).toBe(false);
  });

  test('samples are averaged in steps that begin where the question begins; steps without any are absent', async () => {
    await using opened = await fresh();
    const values = opened.store.pluginValues;
    for (const [at, cpu] of [
      [999, 100],
      [1_000, 1],
      [1_400, 2],
      [1_999, 3],
      [3_500, 7],
      [4_000, 9],
      [4_001, 50],
    ] as const) {
      await values.addSample('machine', at, { cpu, other: 1_000 });
    }
    await values.addSample('else', 1_000, { cpu: 1_000 });
    expect(await values.samples('machine', 'cpu', 1_000, 4_000, 1_000)).toEqual([
      [1_000, 2],
      [3_000, 7],
      [4_000, 9],
    ]);
    expect(await values.samples('machine', 'cpu', 1_400, 2_000, 500)).toEqual([
      [1_400, 2],
      [1_900, 3],
    ]);
    expect(await values.samples('machine', 'unknown', 0, 9_000, 1_000)).toEqual([]);
  });

  test('figures are of every sample, and the points of a chart keep the lowest and highest of each step', async () => {
    await using opened = await fresh();
    const values = opened.store.pluginValues;
    const cpu = [3, 50, 50, 100, 50, 1, 50, 50, 7];
    for (const [place, value] of cpu.entries()) {
      await values.addSample('machine', 1_000 + place * 10, { cpu: value, other: 1_000 });
    }
    await values.addSample('machine', 1_090, { other: 1_000 });
    await values.addSample('else', 1_045, { cpu: 1_000 });
    expect(await values.sampleSummary('machine', 'cpu', 990, 2_000, 45)).toEqual({
      figures: { now: 7, average: 361 / 9, lowest: 1, highest: 100, highestAt: 1_030, first: 1_000 },
      points: [
        [1_000, 3],
        [1_030, 100],
        [1_040, 50],
        [1_050, 1],
        [1_080, 7],
      ],
    });
    expect(await values.sampleSummary('machine', 'cpu', 1_010, 1_010, 10)).toEqual({
      figures: { now: 50, average: 50, lowest: 50, highest: 50, highestAt: 1_010, first: 1_010 },
      points: [[1_010, 50]],
    });
    expect(await values.sampleSummary('machine', 'unknown', 0, 2_000, 45)).toEqual({ points: [] });
  });

  test('more samples than are read at once come to the same, and others are not kept waiting', async () => {
    await using opened = await fresh();
    const values = opened.store.pluginValues;
    const many = 7_000;
    await opened.store.transaction(async (inside) => {
      for (let at = 0; at < many; at += 1)
        await inside.pluginValues.addSample('p', at, { a: at === 4_321 ? 9 : at === 2_000 ? -1 : 1 });
    });
    let meanwhile = 0;
    const asking = values.sampleSummary('p', 'a', 0, many, 1_000);
    const other = setInterval(() => {
      meanwhile += 1;
    }, 0);
    const { figures, points } = await asking;
    clearInterval(other);
    expect(figures).toMatchObject({ now: 1, lowest: -1, highest: 9, highestAt: 4_321, first: 0 });
    expect(points.filter(([, value]) => value !== 1)).toEqual([
      [2_000, -1],
      [4_321, 9],
    ]);
    expect([points[0], points.at(-1)]).toEqual([
      [0, 1],
      [many - 1, 1],
    ]);
    expect(points.length).toBeLessThan(20);
    expect(meanwhile).toBeGreaterThan(1);
  });

  test('real times and fractions keep their precision', async () => {
    await using opened = await fresh();
    const values = opened.store.pluginValues;
    const now = 1_790_000_000_123;
    await values.addSample('machine', now, { load: 0.1 });
    expect(await values.samples('machine', 'load', now, now, 10_000)).toEqual([[now, 0.1]]);
  });

  test('a name may hold any character', async () => {
    await using opened = await fresh();
    const values = opened.store.pluginValues;
    const names = ['disk./', 'a"b', '[0]', '$.cpu', '3', 'é', '', "x'y", 'a\\b', '%41', 'A', '__proto__'];
    for (const [at, name] of names.entries()) await values.addSample('p', at, Object.fromEntries([[name, at + 1]]));
    for (const [at, name] of names.entries()) {
      expect([name, await values.samples('p', name, 0, 99, 1)]).toEqual([name, [[at, at + 1]]]);
    }
  });

  test('figures of the same instant are one sample, and what is no figure is left out', async () => {
    await using opened = await fresh();
    const values = opened.store.pluginValues;
    await values.addSample('p', 5, { a: 1, b: Number.NaN, d: 4 });
    await values.addSample('p', 5, { c: 3, a: 2 });
    expect(await values.samples('p', 'a', 0, 9, 10)).toEqual([[0, 2]]);
    expect(await values.samples('p', 'b', 0, 9, 10)).toEqual([]);
    expect(await values.samples('p', 'c', 0, 9, 10)).toEqual([[0, 3]]);
    expect(await values.samples('p', 'd', 0, 9, 10)).toEqual([[0, 4]]);
  });

  test('old samples are forgotten, for one plugin', async () => {
    await using opened = await fresh();
    const values = opened.store.pluginValues;
    for (const at of [1, 2, 3]) {
      await values.addSample('p', at, { a: at });
      await values.addSample('q', at, { a: at });
    }
    await values.forgetSamples('p', 3);
    expect(await values.samples('p', 'a', 0, 9, 1)).toEqual([[3, 3]]);
    expect(await values.samples('q', 'a', 0, 9, 1)).toHaveLength(3);
  });
});
