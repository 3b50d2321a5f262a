import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  ada,
  ben,
  type Finished,
  fleetProcesses,
  program,
  quarterdeck,
  type RealBot,
  realBots,
  titleOf,
} from '#test/support/real-bot.ts';

const bots = realBots();
afterEach(() => bots.end());

/** A refusal on a terminal: the exit code, words on stderr only, no trace and no path into the program. */
function refusedWith(said: Finished, code: number, ...words: readonly (string | RegExp)[]): void {
  expect([said.code, said.out]).toEqual([code, '']);
  for (const word of words) expect(said.error).toMatch(word);
  expect(said.error).not.toContain(join(program, 'src'));
  expect(said.error).not.toMatch(/^\s+at /m);
}

describe('a configuration', () => {
  const faulty = `langage: en
server: { port: 99999 }
people:
  - { id: ada, name: Ada }
secrets: { token: "\${env:QD_NOT_THERE}", other: "\${file:./not-there}" }
roles:
  op: { alow: [] }
`;
  const all = [
    /bad\.yaml:1:1 .*"langage".*Did you mean "language"/,
    /bad\.yaml:2:17 server\.port must be at most 65535/,
    /bad\.yaml:4:11 people\[0\]\.id must be an identity/,
    /bad\.yaml:5:19 The environment variable QD_NOT_THERE is not set/,
    /bad\.yaml:5:49 .*not-there/,
    /bad\.yaml:7:9 .*"alow".*Did you mean "allow"/,
  ];

  it.each(['check', 'start'])(
    'with six faults is refused by %s with all of them, each with its place',
    async (word) => {
      const folder = await bots.folder();
      await writeFile(join(folder, 'bad.yaml'), faulty);
      const said = await quarterdeck(folder, [word, '--config', 'bad.yaml']);
      refusedWith(said, 1, ...all);
      expect(said.error.trim().split('\n')).toHaveLength(all.length);
    },
  );

  it('that is named and not there is refused, and so is one that is no YAML', async () => {
    const folder = await bots.folder();
    refusedWith(await quarterdeck(folder, ['start', '--config', 'none.yaml']), 1, /none\.yaml:1:1 .*is not there/);
    const env = { QUARTERDECK_CONFIG: 'none.yaml' };
    refusedWith(await quarterdeck(folder, ['start'], { env }), 1, /none\.yaml:1:1 .*is not there/);
    await writeFile(join(folder, 'bad.yaml'), 'people:\n\t- x\n');
    refusedWith(await quarterdeck(folder, ['check', '--config', 'bad.yaml']), 1, /bad\.yaml:2:1 .*tab/i);
  });

  const about = (group: string) => `inventory: [hosts.ini]
harbour: false
rules:
  - name: two people
    when: { on: [${group}] }
    require: { approvals: 1 }
`;

  it.each(['check', 'start'])('with a rule about a group that nobody has is refused by %s', async (word) => {
    const folder = await bots.folder();
    await writeFile(join(folder, 'hosts.ini'), '[web]\nweb-1\n[db]\n');
    await writeFile(join(folder, 'rules.yaml'), about('dbb'));
    const words = [word, '--config', 'rules.yaml'];
    refusedWith(await quarterdeck(folder, words), 1, /rules\.yaml:5:18 .*"dbb".*Did you mean "db"\?/);
    await writeFile(join(folder, 'rules.yaml'), about('db'));
    expect((await quarterdeck(folder, ['check', '--config', 'rules.yaml'])).code).toBe(0);
  });

  it.each(['check', 'start'])('whose inventory is not there is refused by %s with its whole path', async (word) => {
    const folder = await bots.folder();
    await writeFile(join(folder, 'rules.yaml'), about('db'));
    const said = await quarterdeck(folder, [word, '--config', 'rules.yaml']);
    refusedWith(said, 1, new RegExp(`${join(folder, 'hosts.ini')}.*no such inventory`));
    expect(said.error).not.toContain('last good one');
  });

  it('that names what is not there is not called good, and each is told with its line', async () => {
    const folder = await bots.folder();
    const key = join(folder, 'id_none');
    const text = `playbooks: ./none\ninventory: [./hosts.ini]\nssh: { identityFiles: ['${key}'] }\n`;
    await writeFile(join(folder, 'paths.yaml'), text);
    const said = await quarterdeck(folder, ['check', '--config', 'paths.yaml']);
    expect([said.code, said.out]).toEqual([1, '']);
    expect(said.error.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/paths\.yaml:1:12 .*\/none: there is no such folder\.$/),
      expect.stringMatching(/paths\.yaml:2:13 .*\/hosts\.ini: there is no such inventory\.$/),
      expect.stringMatching(/paths\.yaml:3:\d+ .*\/id_none: there is no such key\.$/),
    ]);
    const looked = await quarterdeck(folder, ['doctor', '--config', 'paths.yaml']);
    expect(looked.out).toMatch(/✗ configuration: *\n.*\/none: there is no such folder\./);
  });

  it('is good again once its variable is there', async () => {
    const folder = await bots.folder();
    await writeFile(join(folder, 'good.yaml'), `secrets: { token: "\${env:QD_NOW_THERE}" }\n`);
    const words = ['check', '--config', 'good.yaml'];
    refusedWith(await quarterdeck(folder, words), 1, /good\.yaml:1:19 .*QD_NOW_THERE/);
    expect((await quarterdeck(folder, words, { env: { QD_NOW_THERE: 'x' } })).code).toBe(0);
  });
});

describe('the command line', () => {
  it.each([
    [['start', '--frob'], /--frob/],
    [['frob'], /There is no command “frob”/],
    [['say'], /Say what/],
    [['say', 'help', '--wait', 'long'], /--wait takes seconds/],
    [['audit', 'frob'], /audit verify/],
    [['token', 'create'], /--actor NAME/],
    [['trust'], /Name one host/],
    [['run'], /Name one playbook/],
  ])('%j is a wrong use: exit 2', async (words, sentence) => {
    refusedWith(await quarterdeck(await bots.folder(), words), 2, sentence);
  });

  it('says that no bot runs: exit 3, also when one left its address behind', async () => {
    const folder = await bots.folder();
    refusedWith(await quarterdeck(folder, ['say', 'help']), 3, /No bot is running on the data folder/, /npm start/);
    const left = { url: 'http://127.0.0.1:1', pid: 1, token: 'x', account: 'x' };
    await writeFile(join(folder, 'bot.json'), JSON.stringify(left));
    refusedWith(await quarterdeck(folder, ['say', 'help']), 3, /No bot is running on the data folder/);
  });

  it('refuses a port that is not one', async () => {
    const env = { QUARTERDECK_PORT: 'abc' };
    refusedWith(await quarterdeck(await bots.folder(), ['start'], { env }), 1, /QUARTERDECK_PORT must be a port/);
  });
});

describe('a start', () => {
  it('is refused when the port is taken, and leaves nothing behind', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const folder = await bots.folder();
    const said = await quarterdeck(folder, ['start'], { env: { QUARTERDECK_PORT: String(port) } });
    taken.close();
    refusedWith(said, 1, new RegExp(`${port}`), /port/i);
    expect(fleetProcesses(folder)).toEqual([]);
  });

  it('is refused on a data folder that is no folder, or that this account may not write to', async () => {
    const folder = await bots.folder();
    const file = join(folder, 'file');
    await writeFile(file, '');
    const at = (path: string) => ({ env: { QUARTERDECK_DATA: path } });
    refusedWith(await quarterdeck(folder, ['start'], at(file)), 1, new RegExp(`${file} cannot be used: a file`));
    const locked = join(folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o555);
    const said = await quarterdeck(folder, ['start'], { ...at(join(locked, 'data')), underModes: true });
    refusedWith(said, 1, /locked.data cannot be used: this account may not write there/);
  });
});

describe('a running bot', () => {
  const shared = realBots();
  let bot: RealBot;
  beforeAll(async () => {
    bot = await shared.start(await shared.folder());
  });
  afterAll(() => shared.end());
  const say = (...words: readonly string[]) => quarterdeck(bot.data, ['say', ...words]);

  it('keeps its data folder to itself: a second one is refused and the first goes on', async () => {
    const second = await quarterdeck(bot.data, ['start']);
    refusedWith(second, 1, /The data folder .* is used by process \d+/, /Stop that one first/);
    expect(titleOf((await bot.say('echo still here')).card)).toBe('still here');
    expect(fleetProcesses(bot.data).length).toBeGreaterThan(0);
  });

  it('tells by the exit code of say what became of an order', async () => {
    const ended = async (...words: readonly string[]) => (await say(...words)).code;
    expect(await ended('help')).toBe(0);
    expect(await ended('frobnicate')).toBe(1);
    expect(await ended('deploy shop v99')).toBe(1);
    expect(await ended('restart db', '--as', ada)).toBe(4);
    expect(await ended('restart db', '--as', ada, '--yes')).toBe(4); // a yes is never an approval
    expect(await ended('deploy shop v2', '--as', ada)).toBe(4);
    expect(await ended('help', '--as', 'console:local:eve')).toBe(1);
    const json = await say('echo as data', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ state: 'done', card: { title: 'as data' } });
  });

  it('takes no approval given in another’s name', async () => {
    const asked = await bot.say('restart db');
    const said = await say(`approve ${asked.id}`, '--as', ben, '--json');
    expect(said.code).toBe(1);
    expect(JSON.parse(said.out)).toMatchObject({ state: 'refused', refusal: { code: 'order.approval_by_proxy' } });
    expect((await bot.order(asked.id)).state).toBe('approving');
    await bot.say(`cancel ${asked.id}`);
  });

  it('lets a token order as its own actor and nobody else, until it is removed', async () => {
    const made = await quarterdeck(bot.data, ['token', 'create', '--actor', 'ci', '--role', 'operator']);
    expect(made.code).toBe(0);
    const token = made.out.trim();
    const posted = await bot.call('POST', '/api/v1/orders', { text: 'echo from ci', key: 'one' }, token);
    expect(posted.status).toBe(202);
    const path = `/api/v1/orders/${encodeURIComponent(`e:${posted.body.event}`)}?wait=20`;
    const read = await bot.call('GET', path, undefined, token);
    expect(read.body.order).toMatchObject({ state: 'done', actor: 'service:ci', card: { title: 'from ci' } });
    const other = await bot.call('POST', '/api/v1/orders', { text: 'help', as: ada }, token);
    expect([other.status, other.body.code]).toEqual([403, 'api.as_not_local']);
    const [listed] = JSON.parse((await quarterdeck(bot.data, ['token', 'list', '--json'])).out);
    expect(JSON.stringify(listed)).not.toContain(token);
    expect((await quarterdeck(bot.data, ['token', 'remove', String(listed.id)])).code).toBe(0);
    expect((await bot.call('POST', '/api/v1/orders', { text: 'help' }, token)).status).toBe(401);
    expect((await bot.call('GET', path, undefined, token)).status).toBe(401);
    expect(await readFile(join(bot.data, 'quarterdeck.log'), 'utf8')).not.toContain(token);
    const actions = (await bot.audit()).map((entry) => entry.action);
    expect(actions).toEqual(expect.arrayContaining(['token.created', 'token.removed']));
  });

  it('makes one order of one key and refuses another line with it; another actor’s is another', async () => {
    const first = await bot.post({ text: 'echo first', key: 'same', as: ada });
    const again = await bot.post({ text: 'echo first', key: 'same', as: ada });
    const changed = await bot.post({ text: 'echo changed', key: 'same', as: ada });
    const others = await bot.post({ text: 'echo others', key: 'same', as: ben });
    expect([first, again, others].map(({ body }) => body.duplicate)).toEqual([false, true, false]);
    expect(again.body.id).toBe(first.body.id);
    expect(others.body.id).not.toBe(first.body.id);
    expect([changed.status, changed.body.code]).toEqual([409, 'api.key_taken']);
    const said = await quarterdeck(bot.data, ['say', 'echo changed', '--key', 'same', '--as', ada]);
    expect([said.code, said.error]).toEqual([1, expect.stringMatching(/^The key same .*: echo first \(\d+\)\.\n/)]);
    expect(titleOf((await bot.order(`e:${first.body.event}`, 20)).card)).toBe('first');
  });
});
