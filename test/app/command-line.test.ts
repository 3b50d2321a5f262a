import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pathsIn } from '#app/paths.ts';
import { openAnchor } from '#audit/anchor.ts';
import { systemClock } from '#core/clock.ts';
import { layoutIn } from '#harbour/layout.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

const main = resolve(import.meta.dirname, '../../src/app/main.mjs');

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'command-line-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const env = () => ({ PATH: process.env.PATH ?? '', QUARTERDECK_DATA: data, LANG: 'en' });

const quarterdeck = (...words: string[]): Promise<{ code: number; out: string; error: string }> =>
  new Promise((settle) => {
    execFile(process.execPath, [main, ...words], { env: env(), cwd: data }, (fault, out, error) =>
      settle({ code: Number(fault?.code ?? 0), out, error }),
    );
  });

it('proves the audit only with its note, and prints the head always', async () => {
  const store = await openSqliteStore({ path: join(data, 'quarterdeck.db'), clock: systemClock });
  expect(await quarterdeck('audit', 'verify')).toMatchObject({ code: 0 });
  for (const action of ['one', 'two']) await store.audit.append({ actor: 'service:x', action, details: {} });
  const [newest] = await store.audit.last(1);
  const head = newest?.hash ?? '';
  const path = join(data, 'audit.head');
  await (await openAnchor(path)).keep(store.audit);
  await store.close();

  const good = await quarterdeck('audit', 'verify');
  expect(good).toMatchObject({ code: 0, error: '' });
  expect(good.out).toContain(head);

  await rm(path);
  const gone = await quarterdeck('audit', 'verify');
  expect(gone.code).toBe(1);
  expect(gone.error).toContain('audit.head');
  expect(gone.out).toContain(head);
  const asJson = await quarterdeck('audit', 'verify', '--json');
  expect(asJson.code).toBe(1);
  expect(JSON.parse(asJson.out)).toMatchObject({ intact: true, noted: false, head });
});

it('ends without a word when nobody reads on', async () => {
  const child = spawn(process.execPath, [main, 'help'], { env: env(), cwd: data, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let error = '';
  child.stderr.on('data', (piece) => {
    error += piece;
  });
  const [code] = await once(child, 'close');
  expect([code, error]).toEqual([0, '']);
});

it('looks at all it can when the configuration is broken, and says what is wrong with it', async () => {
  await writeFile(join(data, 'q.yaml'), 'languag: en\npeple: []\n');
  const { code, out } = await quarterdeck('doctor', '--config', 'q.yaml');
  expect(code).toBe(1);
  expect(out).toMatch(/^✗ configuration: \n {4}q\.yaml:1:1 .*"languag".*\n {4}q\.yaml:2:1 .*"peple"/m);
  expect(out).toMatch(/^✓ data folder: /m);
  expect(out).toMatch(/^✗ bot: not running: “bin\/quarterdeck start” starts it$/m);
});

it('does not try the hosts of the demo while no bot runs: they start with it', async () => {
  const { inventory } = layoutIn(pathsIn(data).harbour);
  await mkdir(dirname(inventory), { recursive: true });
  await writeFile(inventory, 'all: { hosts: { web-1: { ansible_host: 127.0.0.1, ansible_port: 1 } } }\n');
  const said = (await quarterdeck('doctor')).out.trimEnd().split('\n').slice(-3);
  const [found, hosts, bot] = said;
  expect(found).toBe('✓ inventory: 1 host');
  expect(hosts).toBe('! hosts: those of the demo start with the bot');
  expect(bot).toBe('✗ bot: not running: “bin/quarterdeck start” starts it');
  // Its address stays where a bot was killed.
  const gone = { url: 'http://127.0.0.1:1', pid: 1, token: 'x', account: 'x' };
  await writeFile(join(data, 'bot.json'), JSON.stringify(gone));
  expect((await quarterdeck('doctor')).out.trimEnd().split('\n').slice(-3)).toEqual(said);
});

it('finds nothing wrong with an inventory that nobody named before the first start', async () => {
  const line = async (...words: string[]) =>
    (await quarterdeck('doctor', ...words)).out.match(/^. inventory: .*$/m)?.[0];
  expect(await line()).toBe('✓ inventory: none named: the first start opens the demo fleet');
  await writeFile(join(data, 'q.yaml'), 'harbour: false\n');
  expect(await line('--config', 'q.yaml')).toMatch(/^! inventory: no hosts: name your servers/);
});

it.each([
  ['say', 'status'],
  ['login', 'ada'],
  ['audit', 'verify'],
  ['backup', 'copy.db'],
  ['token', 'list'],
])('needs no more of a broken configuration than its data folder: %s %s', async (...words) => {
  await writeFile(join(data, 'q.yaml'), 'people: [\n');
  const { code, error } = await quarterdeck(...words, '--config', 'q.yaml');
  const line = `QUARTERDECK_DATA=${data} bin/quarterdeck check --config q.yaml`;
  expect(error.startsWith(`The configuration is broken (“${line}” says how)`)).toBe(true);
  expect(error).toContain(`data folder ${data}`);
  expect(error).not.toContain('q.yaml:');
  expect(code).toBeGreaterThan(0);
});

it('is not started with a broken configuration, and tells all that a check tells', async () => {
  const text = 'harbour: false\nlanguag: en\nplugins: { disable: [restrat] }\ninventory: [./hosts.ini]\n';
  await writeFile(join(data, 'q.yaml'), text);
  await writeFile(join(data, 'hosts.ini'), '[web\nweb-1\n');
  const checked = await quarterdeck('check', '--config', 'q.yaml');
  for (const what of ['"languag"', '"restrat"', 'hosts.ini:1:']) expect(checked.error).toContain(what);
  expect(await quarterdeck('start', '--config', 'q.yaml')).toEqual(checked);
});

it.each(['run', 'plan'])('%s of a file that is not there says so, wherever the path leads', async (word) => {
  for (const path of ['../own/playbooks/nope.yml', '/nowhere/nope.yml']) {
    const { code, error } = await quarterdeck(word, path);
    expect([code, error]).toEqual([1, expect.stringContaining(`There is no such file: ${path}\n`)]);
  }
  expect((await quarterdeck(word, 'nope.yml')).error).toContain('There is no playbook “nope');
});

it('a folder in a playbook’s place is called one, and so is a file that is none, without a walk through the disk', async () => {
  await mkdir(join(data, 'here/deep'), { recursive: true });
  await mkdir(join(data, 'books'));
  await writeFile(join(data, 'q.yaml'), 'playbooks: ./books\n');
  const play = '- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks: []\n';
  for (const path of ['here/site.yml', 'here/deep/other.yml', 'books/deep.yml'])
    await writeFile(join(data, path), play);
  await writeFile(join(data, 'here/words'), play);
  const folder = join(data, 'here');
  const { code, error } = await quarterdeck('plan', folder, '--config', 'q.yaml');
  expect(code).toBe(1);
  expect(error).toBe(`“${folder}” is a folder, and no playbook.\nName one in it: ${folder}/site.yml\n`);
  expect((await quarterdeck('plan', 'here/', '--config', 'q.yaml')).error).toContain('Name one in it: here/site.yml\n');
  expect((await quarterdeck('plan', '.', '--config', 'q.yaml')).error).toContain('There is no playbook in it');
  const words = await quarterdeck('plan', join(folder, 'words'), '--config', 'q.yaml');
  expect([words.code, words.error.split('\n')[0]]).toEqual([
    1,
    `${folder}/words is no playbook: its name does not end in .yml or .yaml.`,
  ]);
  // A folder here may be called like a playbook.
  await mkdir(join(data, 'deep'));
  const named = await quarterdeck('plan', 'deep', '--config', 'q.yaml', '--syntax-check');
  expect(named).toEqual({ code: 0, out: '\nplaybook: deep.yml\n', error: '' });
});

it.each(['run', 'plan'])('%s finds a playbook of either extension by its name', async (word) => {
  await mkdir(join(data, 'books'));
  await writeFile(join(data, 'q.yaml'), 'playbooks: ./books\n');
  const play = '- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks: []\n';
  await writeFile(join(data, 'books/site.yaml'), play);
  const said = await quarterdeck(word, 'site', '--config', 'q.yaml', '--syntax-check');
  expect(said).toEqual({ code: 0, out: '\nplaybook: site.yaml\n', error: '' });
  await writeFile(join(data, 'books/site.yml'), play);
  const { code, error } = await quarterdeck(word, 'site', '--config', 'q.yaml', '--syntax-check');
  expect([code, error]).toEqual([1, expect.stringContaining('two playbooks “site”: site.yml and site.yaml')]);
});

it.each(['', '  '])('has nothing to say when nothing is said: %j', async (line) => {
  const { code, error } = await quarterdeck('say', line);
  expect([code, error]).toEqual([2, expect.stringMatching(/^Say what: say "help"\.\n/)]);
});

it('an order that the bot took before it ended is told from one that failed', async () => {
  const server = createServer((request, reply) => {
    if (request.method === 'POST')
      return void reply.writeHead(202).end(JSON.stringify({ event: 'e', status: '/api/v1/orders/1', id: 1 }));
    server.close();
    server.closeAllConnections();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const access = { url: `http://127.0.0.1:${port}`, pid: process.pid, token: 't', account: 'root' };
  await writeFile(join(data, 'bot.json'), JSON.stringify(access));
  const { code, error } = await quarterdeck('say', 'deploy shop v2', '--wait', '0', '--key', 'k');
  expect(error).toContain('Order 1 was accepted, then the bot stopped.');
  expect(code).toBe(5);
});
