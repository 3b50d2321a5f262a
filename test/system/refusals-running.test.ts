import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, logIn, program, quarterdeck, type RealBot, realBots, titleOf, until } from '#test/support/real-bot.ts';

const bots = realBots();
let bot: RealBot;
let own: string;

/** A plugin with one question of its own name, whose answer is this body. */
const plugin = (
  name: string,
  body: string,
  settings = 'z.object({})',
) => `import { definePlugin, question, z } from '#kit';
const settings = ${settings};
export default definePlugin({
  name: '${name}', about: 'a test', settings,
  commands: [question({
    name: '${name}', about: 'a test', permission: '${name}.use', needs: [], examples: ['${name}'], args: {},
    answer: async () => { ${body} },
  })],
});
`;

async function put(name: string, source: string): Promise<void> {
  await mkdir(join(own, 'plugins', name), { recursive: true });
  await writeFile(join(own, 'plugins', name, 'index.ts'), source);
}

const configuration = (more = '') => `harbour: false
server: { port: 0 }
plugins:
  folders: ['${join(program, 'examples')}', ./plugins]
  seconds: 5
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
${more}`;

const configure = (text: string) => writeFile(join(own, 'quarterdeck.yaml'), text);
const title = async (line: string) => titleOf((await bot.say(line)).card);

beforeAll(async () => {
  own = await bots.folder();
  await put('greet', plugin('greet', "return { tone: 'good', title: 'hello one' };"));
  await put('throws', plugin('throws', "throw new Error('secret-trace at /etc/shadow');"));
  await put('hangs', plugin('hangs', 'await new Promise(() => {}); return { tone: "good", title: "never" };'));
  await put('loops', plugin('loops', 'for (;;);'));
  await put('grows', plugin('grows', "const all = []; for (;;) all.push('x'.repeat(1e6) + all.length);"));
  await put('quits', plugin('quits', 'process.exit(0);'));
  await put('wrong', plugin('wrong', "return { tone: 'purple', title: 7 } as never;"));
  await put('needy', plugin('needy', "return { tone: 'good', title: 'x' };", 'z.object({ url: z.string() })'));
  await put(
    'taker',
    plugin('taker', "return { tone: 'good', title: 'x' };")
      .replaceAll("name: 'taker', about: 'a test', permission", "name: 'echo', about: 'a test', permission")
      .replace("examples: ['taker']", "examples: ['echo']"),
  );
  await configure(configuration());
  bot = await bots.start(own, {}, ['--config', join(own, 'quarterdeck.yaml')]);
});
afterAll(() => bots.end());

describe('a plugin', () => {
  it.each([
    ['throws', /“throws” failed: the plugin throws has a fault/],
    ['hangs', /“hangs” did not answer within 5 s and was stopped/],
    ['wrong', /“wrong” gave an answer that cannot be shown/],
    ['quits', /“quits” failed: the plugin quits has a fault/],
    ['grows', /the plugin grows failed, it (?:used up its memory|went round in a loop)/],
    ['loops', /the plugin loops failed, it went round in a loop/],
  ])('that %s costs its own answer only', async (name, sentence) => {
    const asked = bot.say(name, { wait: 60 });
    expect(titleOf((await bot.say('echo meanwhile', { wait: 60 })).card)).toBe('meanwhile');
    const order = await asked;
    expect([order.state, titleOf(order.card)]).toEqual(['failed', expect.stringMatching(sentence)]);
    expect(JSON.stringify(order)).not.toMatch(/secret-trace|shadow|\\n\s+at /);
    await until('the others answer again', async () => (await title('greet')) === 'hello one', 30_000);
  });

  it('without the settings it needs is left out, and the reason is at hand', async () => {
    expect(await title('needy')).toBe('I do not know “needy”.');
    const ready = await bot.call('GET', '/readyz');
    expect([ready.status, ready.body.reasons]).toEqual([200, []]);
    expect(JSON.stringify(ready.body.warnings)).toMatch(/needy.*url/);
    await configure(configuration().replace('  seconds: 5', '  seconds: 5\n  settings: { needy: { url: here } }'));
    await until('it answers once it has them', async () => (await title('needy')) === 'x');
    expect(JSON.stringify((await bot.call('GET', '/readyz')).body.warnings)).not.toContain('needy');
  });

  it('whose command is taken already is left out, and that is said at the start, on the board and by the doctor', async () => {
    const taken =
      'The plugin taker does not load: plugins/taker/index.ts: The command “echo” belongs to the plugin echo already.';
    expect(bot.output()).toContain(taken);
    const { status, body } = await bot.call('GET', '/readyz');
    expect([status, JSON.stringify(body.warnings)]).toEqual([200, expect.stringContaining(taken)]);
    const { out } = await quarterdeck(own, ['login', ada]);
    const session = await logIn(bot, out.trim().split(/\s+/).at(-1) ?? '', ada);
    expect(JSON.stringify(await session.read('/console/api/messages?channel=ops'))).toContain(taken);
    const doctor = await quarterdeck(own, ['doctor', '--config', join(own, 'quarterdeck.yaml')]);
    expect([doctor.code, doctor.out]).toEqual([0, expect.stringContaining(`! plugins: ${taken}`)]);
    const french = await quarterdeck(own, ['doctor', '--config', join(own, 'quarterdeck.yaml')], {
      env: { LANG: 'fr_FR.UTF-8' },
    });
    expect(french.out).toContain('appartient déjà au greffon echo.');
  });

  it('changed while the bot runs is taken at once; broken, its last good version stays and the board says so', async () => {
    await put('greet', plugin('greet', "return { tone: 'good', title: 'hello two' };"));
    await until('the changed plugin answers', async () => (await title('greet')) === 'hello two');
    const { out } = await quarterdeck(own, ['login', ada]);
    const session = await logIn(bot, out.trim().split(/\s+/).at(-1) ?? '', ada);
    const board = async (): Promise<readonly string[]> => {
      const { messages } = await session.read('/console/api/messages?channel=ops');
      return messages
        .filter(({ key }: { key: string }) => key.startsWith('plugin:greet'))
        .map(({ card }: { card: { tone: string; title: { en: string } } }) => `${card.tone}: ${card.title.en}`);
    };
    const mended = 'The plugin greet is in use again as its files are.';
    await put('greet', 'export default {{{');
    await until('the board says it', async () => (await board()).length > 0);
    expect(await board()).toEqual([expect.stringContaining('warn: ')]);
    const [first = ''] = await board();
    expect(bot.output()).toContain(first.replace('warn: ', ''));
    expect(await title('greet')).toBe('hello two');
    await put('greet', plugin('greet', "return { tone: 'good', title: 'hello three' };"));
    await until('the mended plugin answers', async () => (await title('greet')) === 'hello three');
    await until('the board says that it is mended', async () => (await board())[0] === `good: ${mended}`);
    expect(bot.output()).toContain(mended);
    await put('greet', 'export default {{{');
    await until('a later break is news of its own', async () => (await board()).length === 2);
    expect(await board()).toEqual(expect.arrayContaining([`good: ${mended}`, first]));
    await put('greet', plugin('greet', "return { tone: 'good', title: 'hello four' };"));
    await until('that is mended too', async () => (await board()).every((card) => card === `good: ${mended}`));

    const sqlite = new DatabaseSync(join(bot.data, 'quarterdeck.db'), { timeout: 10_000 });
    sqlite.exec("create trigger closed before insert on outbox begin select raise(abort, 'closed'); end");
    const before = bot.output().length;
    await put('greet', 'export default {{{');
    await until('the terminal says it', () => bot.output().slice(before).includes(first.replace('warn: ', '')));
    expect(await board()).toHaveLength(2);
    sqlite.exec('drop trigger closed');
    sqlite.close();
    await until('the board says what the store did not take', async () => (await board()).length === 3, 10_000);
    await put('greet', plugin('greet', "return { tone: 'good', title: 'hello five' };"));
    await until('all is mended', async () => (await board()).every((card) => card === `good: ${mended}`));
  });
});

describe('a configuration changed while the bot runs', () => {
  const people = `  - { id: 'console:local:zoe', name: Zoe, roles: [everything] }`;
  const withZoe = () => configuration().replace(/people: \[(.*)\]/, `people:\n  - $1\n${people}`);

  it('is in force without a restart when it is good', async () => {
    expect((await bot.post({ text: 'help', as: 'console:local:zoe' })).status).toBe(400);
    await configure(withZoe());
    await until('Zoe is known', async () => (await bot.post({ text: 'help', as: 'console:local:zoe' })).status === 202);
    await until('it is said', () => bot.output().includes('The configuration was read again.'));
  });

  it.each([
    ['that is no YAML', () => `${withZoe()}\n\t: {`],
    ['with an unknown key', () => `${withZoe()}\npeeple: []`],
    ['whose inventory is not there', () => `${withZoe()}\ninventory: [./not-there.yml]`],
    ['that is empty of people and names a missing variable', () => `language: "\${env:QD_NOT_THERE}"`],
  ])('%s leaves the last good one in force and says so', async (_what, broken) => {
    const before = bot.output().length;
    await configure(broken());
    await until('it is said', () => /last good one stays/.test(bot.output().slice(before)));
    expect((await bot.post({ text: 'help', as: 'console:local:zoe' })).status).toBe(202);
    await configure(withZoe());
    await until('it is mended', () => /was read again/.test(bot.output().slice(before)));
  });

  it('left one audit entry for each that was put in force', async () => {
    const said = () => bot.output().match(/was read again/g)?.length;
    const noted = async () => (await bot.audit()).filter((entry) => entry.action === 'settings.reloaded').length;
    // What is noted is said a moment later.
    await until('each that was noted is said', async () => (await noted()) === said());
    expect(await readFile(join(own, 'quarterdeck.log'), 'utf8')).not.toContain('uncaught');
  });
});
