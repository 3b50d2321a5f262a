import { expect, test } from 'vitest';
import { reservedNames } from '#commands/builtin.ts';
import { folderWith, questionSource, rigOver } from './rig.ts';

const fine = (name: string) => questionSource(name, `return { tone: 'info', title: 'fine' };`);

/** The faults of a host over these files, each as its code, file and line. */
async function faultsOf(files: Record<string, string>, options: Parameters<typeof rigOver>[1] = {}) {
  const { host, title } = await rigOver(await folderWith({ ...files, 'fine/index.ts': fine('fine') }), options);
  expect(await title('fine')).toBe('fine');
  return host.faults().map(({ refusal, file, line, plugin }) => ({
    ...{ plugin, code: refusal.code, line, say: typeof refusal.say === 'string' ? refusal.say : refusal.say.en },
    file: file?.split('/').slice(-2).join('/'),
  }));
}

test.each([
  ['that is no TypeScript', 'let a = 1;\nlet b: = 2;\n', 2],
  ['that is no JavaScript', 'let a = 1;\n\n}\n', 3],
  ['with syntax that cannot be stripped', 'let a = 1;\nenum A { B }\n', 2],
  ['that imports what the kit has not', `import { nothing } from '#kit';\nnothing();\n`, 1],
  ['that throws while loading', `import { z } from '#kit';\nconst settings = z.object({});\nnull.x;\n`, 3],
])('a plugin %s is left out with its file and line, and the others load', async (_what, source, line) => {
  expect(await faultsOf({ 'bad/index.ts': source })).toMatchObject([
    { plugin: 'bad', code: 'plugin.broken', file: 'bad/index.ts', line },
  ]);
});

test('the line is that of the file that is wrong, not of the index', async () => {
  const files = {
    'bad/index.ts': `import './part.ts';\nexport default 1;\n`,
    'bad/part.ts': `const a = 1;\nconst a = 2;\n`,
  };
  expect(await faultsOf(files)).toMatchObject([{ file: 'bad/part.ts', line: 2 }]);
});

test.each([
  ['nothing', 'export const a = 1;'],
  ['a number', 'export default 4;'],
  ['an object that is no plugin', 'export default { name: 3, commands: [null] };'],
])('a file that exports %s is no plugin', async (_what, source) => {
  expect(await faultsOf({ 'bad/index.ts': source })).toMatchObject([{ code: 'plugin.invalid', file: 'bad/index.ts' }]);
});

test.each([
  ['another room', `import { canonical } from '#core/json.ts';`],
  [
    'a file of the bot by its path',
    `import { canonical } from '${new URL('../../../src/core/json.ts', import.meta.url).href}';`,
  ],
])('a plugin cannot import %s', async (_what, line) => {
  const [fault] = await faultsOf({ 'bad/index.ts': `${line}\nexport default canonical;` });
  expect(fault?.code).toBe('plugin.broken');
});

test('a plugin that imports the bot by its path is told what it may import', async () => {
  const url = new URL('../../../src/core/json.ts', import.meta.url).href;
  const [fault] = await faultsOf({ 'bad/index.ts': `import '${url}';\nexport default 1;` });
  expect(fault?.say).toContain('imports #kit and nothing else');
});

test('a plugin that loops while loading is left out', async () => {
  expect(await faultsOf({ 'bad/index.ts': 'for (;;);' }, { seconds: 4 })).toMatchObject([
    { plugin: 'bad', code: 'plugin.broken' },
  ]);
});

test('two plugins with the same command: the second is left out, and the first is named', async () => {
  const clash = fine('zed')
    .replace(`name: 'zed', about: 'a test', permission`, `name: 'fine', about: 'a test', permission`)
    .replace(`examples: ['zed']`, `examples: ['fine']`);
  const [fault] = await faultsOf({ 'zed/index.ts': clash });
  expect(fault).toMatchObject({
    plugin: 'zed',
    code: 'plugin.clash',
    say: expect.stringContaining('belongs to the plugin fine'),
  });
});

test('a command that the bot keeps for itself is refused', async () => {
  expect(await faultsOf({ 'help/index.ts': fine('help') }, { reserved: ['help'] })).toMatchObject([
    {
      code: 'plugin.clash',
      say: expect.stringMatching(
        /^The plugin help does not load: .*help\/index.ts: The command “help” belongs to the bot itself\.$/,
      ),
    },
  ]);
});

test('what is wrong with a description is told with the plugin’s name and file, and what to do', async () => {
  const source = fine('bad').replace(`examples: ['bad']`, 'examples: []');
  const { host } = await rigOver(await folderWith({ 'bad/index.ts': source }));
  const [{ refusal } = { refusal: undefined }] = host.faults();
  expect(refusal).toMatchObject({
    code: 'plugin.invalid',
    say: {
      en: expect.stringMatching(
        /^The plugin bad does not load: .*bad\/index\.ts: The command “bad” needs at least one example/,
      ),
      fr: expect.stringMatching(/^Le greffon bad ne se charge pas : .*bad\/index\.ts : La commande «\sbad\s» a besoin/),
    },
    next: { en: 'Correct the file and save it; it is loaded again at once.' },
    details: { command: 'bad', plugin: 'bad', file: expect.stringMatching(/bad\/index\.ts$/) },
  });
});

test.each(['plan', 'plan show'])('a command “%s” is refused: the word plan is the bot’s', async (name) => {
  const source = fine('mine').replace(
    `name: 'mine', about: 'a test', permission`,
    `name: '${name}', about: 'a test', permission`,
  );
  const named = source.replace(`examples: ['mine']`, `examples: ['${name}']`);
  expect(await faultsOf({ 'mine/index.ts': named }, { reserved: reservedNames })).toMatchObject([
    { plugin: 'mine', code: 'plugin.clash', say: expect.stringContaining(`“${name}” belongs to the bot itself`) },
  ]);
});

test('folder and plugin must have one name', async () => {
  expect(await faultsOf({ 'other/index.ts': fine('name') })).toMatchObject([
    { plugin: 'other', code: 'plugin.misnamed' },
  ]);
});

test('every wrong setting is named by its path', async () => {
  const strict = fine('strict').replace(
    'z.object({ greeting: z.string().optional() })',
    'z.object({ a: z.number(), b: z.object({ c: z.string() }) })',
  );
  const faults = await faultsOf({ 'strict/index.ts': strict }, { settings: { strict: { a: 'x', b: {} } } });
  expect(faults.map(({ code, say }) => [code, say])).toEqual([
    ['plugin.settings', expect.stringContaining('plugins.settings.strict.a')],
    ['plugin.settings', expect.stringContaining('plugins.settings.strict.b.c')],
  ]);
});

test('a folder that is not there is a fault, not an end', async () => {
  const folder = await folderWith({ 'fine/index.ts': fine('fine') });
  const { host, title } = await rigOver(folder, { folders: [folder, '/nowhere/at/all'] });
  expect(host.faults()).toMatchObject([{ refusal: { code: 'plugin.folder_missing' } }]);
  expect(await title('fine')).toBe('fine');
});

test('a disabled plugin is not even read', async () => {
  expect(await faultsOf({ 'bad/index.ts': '}' }, { disabled: ['bad'] })).toEqual([]);
});

test('one plugin’s own folder can be named, and a path with a space and a letter of another script', async () => {
  const folder = await folderWith({ 'été là/fine/index.ts': fine('fine') });
  const { title, host } = await rigOver(folder, { folders: [`${folder}/été là/fine`] });
  expect(host.faults()).toEqual([]);
  expect(await title('fine')).toBe('fine');
});
