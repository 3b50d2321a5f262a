import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ChangeNews } from '#app/change-news.ts';
import { type FollowOptions, followSettings } from '#app/follow-settings.ts';
import { Undo } from '#app/undo.ts';
import { createRedactor } from '#audit/redact.ts';
import { silentLog } from '#core/log.ts';
import { inLanguage } from '#core/text.ts';
import { loadSettings } from '#settings/load.ts';

/** Follows a file; the plugins start only while `starts`. */
async function following() {
  const folder = await mkdtemp(join(tmpdir(), 'follow-'));
  const path = join(folder, 'quarterdeck.yaml');
  await writeFile(path, 'language: en\n');
  const first = await loadSettings({ path, env: {} });
  if (!first.ok) throw new Error('the configuration of the test is broken');
  let settings = first.settings;
  const plugins = { start: true, starts: 0 };
  const told: ChangeNews[] = [];
  const edges = {
    auditGuard: { first: () => undefined },
    log: silentLog,
    redactor: createRedactor([]),
    settings: () => settings,
    fleet: () => ({ hosts: () => [], groups: () => new Map() }),
    onInventory: () => undefined,
    change: async (fresh: typeof first) => {
      settings = fresh.settings;
    },
  };
  const reload = async () => {
    if (!plugins.start) throw new Error('no memory');
    plugins.starts += 1;
  };
  const options = {
    first,
    env: {},
    config: path,
    check: 'check',
    edges,
    core: { plugins: { reload } },
    plugins: { now: () => [], look: async () => [] },
    say: (news: ChangeNews) => told.push(news),
  };
  const undo = new Undo();
  // What is left out of the edges is not asked for here.
  const followed = followSettings(options as unknown as FollowOptions, undo);
  onTestFinished(async () => {
    await undo.all();
    await rm(folder, { recursive: true });
  });
  return {
    plugins,
    write: (text: string) => writeFile(path, text),
    said: () => told.map(({ title }) => inLanguage(title, 'en')),
    warning: () => followed.warning(),
  };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

it('a configuration that is broken stays told so when the plugins of the one before it start at last', async () => {
  const { plugins, write, said, warning } = await following();
  plugins.start = false;
  await write('language: fr\n');
  await soon(() => expect(said()).toEqual([expect.stringContaining('plugins')]));
  await write('language: fr\nnonsense: 1\n');
  await soon(() => expect(said().at(-1)).toContain('is broken'));
  const before = said();
  plugins.start = true;
  await soon(() => expect(plugins.starts).toBe(1));
  await setImmediate();
  expect(said()).toEqual(before);
  expect(warning()).toMatchObject({ code: 'settings.not_in_force' });
  await write('language: fr\n');
  await soon(() => expect(said().at(-1)).toBe('The configuration was read again.'));
  expect(warning()).toBeUndefined();
});
