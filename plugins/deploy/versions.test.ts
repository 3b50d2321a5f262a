import { describe, expect, test } from 'vitest';
import { type Card, inLanguage, type Run, type Step, type Text } from '#kit';
import { movesOf } from './moves.ts';
import { versionsCard } from './versions.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
const fr = (text: Text) => inLanguage(text, 'fr');
const titleOf = (card: Card) => `${card.tone}: ${en(card.title)}`;
const linesOf = ({ actions }: Card) => actions?.map(({ line }) => line);

const app = {
  ...{ name: 'shop', playbook: 'deploy.yml', rollback: 'rollback.yml', hosts: 'web' },
  ...{ versions: ['v1', 'v2', 'v3'], vars: {} },
};

const counts = { ok: 2, changed: 1, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 };
const on = (...hosts: readonly string[]) => Object.fromEntries(hosts.map((host) => [host, counts]));

/** A run of the application: on all its hosts, or on those named. */
const run = (id: number, state: Run['state'], version: string, hosts?: readonly string[], more = {}): Run => ({
  ...{ id, orderId: id, actor: 'memory:local:ada', state, planHash: 'h', queuedAt: '2026-01-01T00:00:00Z' },
  recap: on(...(hosts ?? ['web-1', 'web-2'])),
  request: {
    ...{ playbook: 'deploy.yml', limit: hosts?.join(',') ?? 'web', locks: [] },
    vars: { app_name: 'shop', app_version: version },
  },
  startedAt: '2026-01-01T00:00:00Z',
  ...more,
});

const back = (id: number, state: Run['state'], version: string | undefined, more = {}): Run => ({
  ...run(id, state, '', undefined, more),
  request: {
    ...{ playbook: 'rollback.yml', limit: 'web', locks: [] },
    vars: { app_name: 'shop', ...(version === undefined ? {} : { app_version: version }) },
  },
});

/** A step that moved the link `current`, or did not. */
const switched = (host: string, after: string, state: Step['state'] = 'changed'): Step => ({
  ...{ runId: 1, id: `${host} ${after}`, host, task: 'Switch', module: 'file', state, startedAt: 'x', result: {} },
  differences: [{ subject: '/srv/shop/current', aspect: 'target', before: 'x', after: `releases/${after}` }],
});

const card = async (runs: readonly Run[], steps: Readonly<Record<number, readonly Step[]>> = {}) => {
  const get = async (id: number) => {
    const found = runs.find((one) => one.id === id);
    return found && { run: found, steps: steps[id] ?? [], approvedBy: [] };
  };
  const last = async (limit: number, before = Number.POSITIVE_INFINITY) =>
    runs.filter(({ id }) => id < before).slice(0, limit);
  return versionsCard(app, await movesOf(app, { last, get }), { now: 0 });
};

test('the last deploy is found however many other runs came after it', async () => {
  const others = Array.from({ length: 250 }, (_, at) => ({
    ...run(300 - at, 'done', ''),
    request: { playbook: 'note.yml', vars: {}, locks: [] },
  }));
  const shown = await card([...others, run(11, 'done', 'v3')]);
  expect([titleOf(shown), linesOf(shown)]).toEqual([
    'info: shop: v3 was deployed last',
    ['deploy shop v2', 'deploy shop v1'],
  ]);
});

describe('a run that did not end well since, whose work is live', () => {
  test('is the title, and the way to look at it, to go on and to go back come first', async () => {
    const shown = await card([run(12, 'interrupted', 'v3'), back(11, 'done', 'v1'), run(10, 'done', 'v2')]);
    expect(titleOf(shown)).toBe('warn: shop: run 12 to v3 was interrupted (v1 before)');
    expect(fr(shown.title)).toBe('shop : l’exécution 12 vers v3 a été interrompue (v1 avant)');
    expect(en(shown.text)).toBe('“runs show 12” says what it changed.\nVersions: v1, v2, v3');
    expect(linesOf(shown)).toEqual([
      'runs show 12',
      'runs resume 12',
      'rollback shop to v1',
      'deploy shop v3',
      'deploy shop v2',
    ]);
  });

  test('was stopped by somebody, and cannot be gone on with', async () => {
    const refusal = { code: 'run.end_not_seen', say: 'x', retryable: false } as const;
    const shown = await card([run(12, 'cancelled', 'v3', undefined, { refusal }), run(11, 'done', 'v1')]);
    expect(titleOf(shown)).toBe('warn: shop: run 12 to v3 was stopped half-way (v1 before)');
    expect(linesOf(shown)?.slice(0, 2)).toEqual(['runs show 12', 'rollback shop to v1']);
  });

  test('goes on: there is only something to see', async () => {
    const shown = await card([run(12, 'running', 'v3'), run(11, 'done', 'v1')]);
    expect(titleOf(shown)).toBe('warn: shop: run 12 to v3 goes on (v1 before)');
    expect(en(shown.text)).toMatch(/^“runs show 12” says how far it is\.\n/);
    expect(linesOf(shown)).toEqual(['runs show 12']);
  });

  test('of some hosts only names them', async () => {
    const shown = await card([run(12, 'cancelled', 'v3', ['web-1']), run(11, 'done', 'v1')]);
    expect(titleOf(shown)).toBe('warn: shop: run 12 to v3 on web-1 was stopped half-way (v1 before)');
    expect(linesOf(shown)).toContain('rollback shop to v1 on web-1');
  });

  test('is the first that there was', async () => {
    const shown = await card([run(12, 'failed', 'v3')]);
    expect(titleOf(shown)).toBe('warn: shop: run 12 to v3 failed');
    expect(linesOf(shown)).toEqual(['runs show 12', 'deploy shop v3', 'deploy shop v2', 'deploy shop v1']);
  });

  test('was a rollback', async () => {
    const before = run(11, 'done', 'v2');
    expect(titleOf(await card([back(12, 'interrupted', 'v1'), before]))).toBe(
      'warn: shop: run 12 back to v1 was interrupted (v2 before)',
    );
    const moved = { 12: [switched('web-1', 'v1')] };
    expect(titleOf(await card([back(12, 'interrupted', undefined), before], moved))).toBe(
      'warn: shop: run 12 back to v1 was interrupted (v2 before)',
    );
    const unmoved = await card([back(12, 'interrupted', undefined), before]);
    expect(titleOf(unmoved)).toBe('warn: shop: run 12, a rollback, was interrupted (v2 before)');
    expect(fr(unmoved.title)).toBe('shop : l’exécution 12, un retour en arrière, a été interrompue (v2 avant)');
  });

  test('went back by itself: the version before is back, and no rollback is offered', async () => {
    const runs = [run(12, 'failed', 'v3'), run(11, 'done', 'v2')];
    const both = ['web-1', 'web-2'].flatMap((host) => [switched(host, 'v3'), switched(host, 'v2')]);
    const shown = await card(runs, { 12: both });
    expect(titleOf(shown)).toBe('warn: shop: run 12 to v3 failed (v2 is back)');
    expect(linesOf(shown)).toEqual(['runs show 12', 'deploy shop v3', 'deploy shop v1']);
    const unseen = await card(runs, { 12: [...both, switched('web-2', 'v3', 'unknown')] });
    expect(titleOf(unseen)).toBe('warn: shop: run 12 to v3 failed (v2 before)');
  });

  test('is past once a later one ended well on all its hosts', async () => {
    const later = [run(13, 'done', 'v3'), run(12, 'failed', 'v3')];
    expect(titleOf(await card(later))).toBe('info: shop: v3 was deployed last');
    const part = [run(13, 'done', 'v1', ['web-1']), run(12, 'cancelled', 'v3', ['web-1']), run(11, 'done', 'v2')];
    expect(titleOf(await card(part))).toBe('info: shop: v1 on web-1, v2 on web-2');
    const elsewhere = [run(13, 'done', 'v1', ['web-1']), run(12, 'cancelled', 'v3'), run(11, 'done', 'v2')];
    expect(titleOf(await card(elsewhere))).toBe('warn: shop: run 12 to v3 was stopped half-way (v2 before)');
  });
});
