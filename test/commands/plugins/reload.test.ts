import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PluginNews } from '#commands/plugins/contract.ts';
import { folderWith, put, questionSource, rigOver, until } from './rig.ts';

const says = (name: string, title: string) =>
  questionSource(name, `return { tone: 'info', title: ${JSON.stringify(title)} };`);

const newsOf = (host: { onChange(listener: (news: PluginNews) => void): unknown }) => {
  const news: PluginNews[] = [];
  host.onChange((one) => news.push(one));
  return news;
};

test('a changed file is loaded by itself', async () => {
  const folder = await folderWith({ 'one/index.ts': says('one', 'old') });
  const { title } = await rigOver(folder, { watch: true });
  expect(await title('one')).toBe('old');
  await put(folder, { 'one/index.ts': says('one', 'new') });
  await until(async () => (await title('one')) === 'new');
});

test('a changed part of a plugin, and a plugin that comes or goes, are noticed', async () => {
  const parted = questionSource('one', `return { tone: 'info', title: part };`).replace(
    'import',
    `import { part } from './parts/part.ts';\nimport`,
  );
  const folder = await folderWith({ 'one/index.ts': parted, 'one/parts/part.ts': `export const part = 'old';` });
  const { title, host } = await rigOver(folder, { watch: true });
  expect(await title('one')).toBe('old');
  await put(folder, { 'one/parts/part.ts': `export const part = 'new';` });
  await until(async () => (await title('one')) === 'new');
  await put(folder, { 'two/index.ts': says('two', 'here') });
  await until(async () => (await title('two')) === 'here');
  await put(folder, { 'two/index.ts': says('two', 'still here') });
  await until(async () => (await title('two')) === 'still here');
  await rm(join(folder, 'two'), { recursive: true });
  await until(() => host.commands().length === 1);
});

test('a change behind a link to a plugin that lies elsewhere is loaded by itself', async () => {
  const elsewhere = await folderWith({ 'real/index.ts': says('one', 'old') });
  const folder = await folderWith({});
  await symlink(join(elsewhere, 'real'), join(folder, 'one'));
  const { title } = await rigOver(folder, { watch: true });
  expect(await title('one')).toBe('old');
  await put(elsewhere, { 'real/index.ts': says('one', 'new') });
  await until(async () => (await title('one')) === 'new');
});

test('a broken change keeps the last good one and says which file and line; correcting it ends that', async () => {
  const folder = await folderWith({ 'one/index.ts': says('one', 'good'), 'two/index.ts': says('two', 'old') });
  const { title, host } = await rigOver(folder);
  const news = newsOf(host);
  await put(folder, { 'one/index.ts': 'const a = 1;\nconst b = = 2;\n', 'two/index.ts': says('two', 'new') });
  await host.reload();
  expect([await title('one'), await title('two')]).toEqual(['good', 'new']);
  expect(host.faults()).toMatchObject([
    { plugin: 'one', file: expect.stringMatching(/one\/index\.ts$/), line: 2, keptLastGood: true },
  ]);
  expect(news.map(({ kind, plugin }) => `${kind} ${plugin}`)).toEqual(['broken one']);
  await put(folder, { 'one/index.ts': says('one', 'better') });
  await host.reload();
  expect(await title('one')).toBe('better');
  expect(host.faults()).toEqual([]);
  expect(news.map(({ kind, plugin }) => `${kind} ${plugin}`).slice(1)).toEqual(['mended one', 'loaded undefined']);
});

test('the last good one survives a fall of the worker, although its file is broken by then', async () => {
  const loop = questionSource('one', `if (args.text) for (;;); return { tone: 'info', title: 'good' };`);
  const folder = await folderWith({ 'one/index.ts': loop });
  const { title, host } = await rigOver(folder, { seconds: 4 });
  await put(folder, { 'one/index.ts': '}' });
  await host.reload();
  expect(await title('one loop')).toBe('plugin.stuck');
  expect(await title('one')).toBe('good');
  expect(host.faults()).toMatchObject([{ plugin: 'one', keptLastGood: true }]);
});

test('a change that loops while loading is not taken', async () => {
  const folder = await folderWith({ 'one/index.ts': says('one', 'good'), 'two/index.ts': says('two', 'two') });
  const { title, host } = await rigOver(folder, { seconds: 4 });
  await put(folder, { 'one/index.ts': `for (;;);\n` });
  await host.reload();
  expect([await title('one'), await title('two')]).toEqual(['good', 'two']);
  expect(host.faults()).toMatchObject([{ plugin: 'one', refusal: { code: 'plugin.broken' }, keptLastGood: true }]);
});

test('settings that a plugin refuses leave it as it was, with the setting named', async () => {
  const greets = questionSource('one', `return { tone: 'info', title: settings.greeting ?? 'none' };`);
  const { title, host } = await rigOver(await folderWith({ 'one/index.ts': greets }), {
    settings: { one: { greeting: 'hi' } },
  });
  await host.reload({ settings: { one: { greeting: 'hello' } } });
  expect(await title('one')).toBe('hello');
  await host.reload({ settings: { one: { greeting: 7 } } });
  expect(await title('one')).toBe('hello');
  expect(host.faults()).toMatchObject([
    {
      plugin: 'one',
      refusal: { code: 'plugin.settings', details: { path: 'plugins.settings.one.greeting' } },
      keptLastGood: true,
    },
  ]);
  await host.reload({ disabled: ['one'] });
  expect(host.commands()).toEqual([]);
  expect(host.faults()).toEqual([]);
});

test('a reload that cannot be done is told to who asked for it, and the last good ones go on', async () => {
  const folder = await folderWith({ 'one/index.ts': says('one', 'old') });
  const { title, host } = await rigOver(folder);
  await put(folder, { 'one/index.ts': says('one', 'new') });
  const unsendable = { one: { greeting: () => 'no plain data' } };
  await expect(host.reload({ settings: unsendable })).rejects.toMatchObject({ code: 'plugin.cannot_start' });
  expect(await title('one')).toBe('old');
  await host.reload({ settings: {} });
  expect(await title('one')).toBe('new');
});

test('calls under way finish in the version they began in', async () => {
  const slow = (title: string) =>
    questionSource(
      'one',
      `await new Promise((r) => setTimeout(r, args.text ? 3_000 : 0)); return { tone: 'info', title: '${title}' };`,
    );
  const folder = await folderWith({ 'one/index.ts': slow('old') });
  const { title, host } = await rigOver(folder);
  const begun = title('one slowly');
  await put(folder, { 'one/index.ts': slow('new') });
  await host.reload();
  expect(await title('one')).toBe('new');
  expect(await begun).toBe('old');
});

test('the background job of the old version ends when the new one begins, although a call still holds the old one', async () => {
  const job = (mark: string) =>
    questionSource(
      'job',
      `await new Promise((r) => setTimeout(r, 5_000)); return { tone: 'info', title: 'x' };`,
      `every: { seconds: 1, run: async ({ series }: any) => series.add(${mark}, {}) },`,
    );
  const folder = await folderWith({ 'job/index.ts': job('1') });
  const { host, core, title } = await rigOver(folder);
  await until(() => core.samples.length > 0);
  const held = title('job');
  await put(folder, { 'job/index.ts': job('2') });
  await host.reload();
  await until(() => core.samples.some(([, at]) => at === 2));
  const before = core.samples.filter(([, at]) => at === 1).length;
  expect(await held).toBe('x');
  expect(core.samples.filter(([, at]) => at === 1).length).toBe(before);
});

test('an editor’s leavings and a plugin’s own test do not cause a reload', async () => {
  const folder = await folderWith({ 'one/index.ts': says('one', 'x') });
  const { host } = await rigOver(folder, { watch: true });
  const news = newsOf(host);
  await put(folder, {
    'one/.index.ts.swp': 'x',
    'one/4913': '',
    'one/index.test.ts': 'nonsense',
    'one/README.md': 'words',
  });
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(news).toEqual([]);
});

test('many saves in a row end with the last one', async () => {
  const folder = await folderWith({ 'one/index.ts': says('one', '0') });
  const { title } = await rigOver(folder, { watch: true });
  for (let i = 1; i <= 20; i += 1) {
    await put(folder, { 'one/index.ts': i % 3 === 0 ? '}{' : says('one', String(i)) });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await until(async () => (await title('one')) === '20');
});
