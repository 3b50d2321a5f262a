import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab, resultOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

/** What the first task says; what failed says why. */
async function said(message: string, playbook = 'site.yml'): Promise<unknown> {
  await lab.playbook(
    `- hosts: all\n  gather_facts: false\n  tasks:\n    - debug: { msg: ${JSON.stringify(message)} }\n`,
    playbook,
  );
  const ran = await lab.apply({ request: { playbook, vars: {}, locks: [] } });
  return resultOf(ran, 'a', '1.1').msg;
}

const open = async (here = true): Promise<void> => {
  lab = await openLab({ hosts: ['a'], here });
};

const kept = (name: string): string => join(lab.folder, 'playbooks', name);

describe('the lookup password', () => {
  it('draws from a seed what Ansible draws', async () => {
    await open();
    expect(await said("{{ lookup('password', '/dev/null seed=web-1') }}")).toBe('xqX-Ij5bNgNdyHIsS.eB');
    expect(await said("{{ lookup('password', '/dev/null', seed='a', length=8, chars=['digits','x!']) }}")).toBe(
      '48199xx8',
    );
    expect(await said("{{ lookup('password', '/dev/null seed=b length=12 chars=ascii_lowercase,hexdigits,,') }}")).toBe(
      'Dd87kF9e9Cfq',
    );
    expect(await said("{{ lookup('password', '/dev/null seed=c chars=punctuation') }}")).toBe('<)%{!>_&>\\{!$.,,((,(');
  });

  it('makes a password once and keeps it, for its owner alone, beside the playbook', async () => {
    await open();
    await mkdir(kept('sub'));
    const made = await said("{{ lookup('password', 'all/the words length=5') }}", 'sub/site.yml');
    expect(made).toMatch(/^[\w.,:-]{5}$/);
    expect(await said("{{ lookup('password', 'all/the words') }}", 'sub/site.yml')).toBe(made);
    expect(await readFile(kept('sub/all/the words'), 'utf8')).toBe(`${made}\n`);
    expect((await stat(kept('sub/all/the words'))).mode & 0o777).toBe(0o600);
    expect((await stat(kept('sub/all'))).mode & 0o777).toBe(0o700);
    expect(await readdir(kept('sub/all'))).toEqual(['the words']);
  });

  it('keeps the salt with it, and reads what Ansible kept', async () => {
    await open();
    const hash =
      '$6$0hVcGw.kRhmlAGgt$gaSzAvJuoAnY59GgY2uMScTMe.nksSbGCZkCdvetfjTUMOpe002sBawOGky7LVtOGOjGp4R7/fR7yEeRl9wNa.';
    await writeFile(kept('theirs'), 'nowvzvRwcGmuxd6YvuvA salt=0hVcGw.kRhmlAGgt\n');
    expect(await said("{{ lookup('password', 'theirs encrypt=sha512_crypt') }}")).toBe(hash);
    expect(await said("{{ lookup('password', 'theirs') }}")).toBe('nowvzvRwcGmuxd6YvuvA');
    const ours = await said("{{ lookup('password', 'ours encrypt=sha256_crypt length=3') }}");
    expect(ours).toMatch(/^\$5\$[./\w]{16}\$/);
    expect(await readFile(kept('ours'), 'utf8')).toMatch(/^[\w.,:-]{3} salt=[./\w]{16}\n$/);
    expect(await said("{{ lookup('password', 'ours', encrypt='sha256_crypt') }}")).toBe(ours);
  });

  it('is the same password all through a play that makes it', async () => {
    await open();
    expect(await said("{{ [lookup('password', 'p'), lookup('password', 'p')] | unique | length }}")).toBe(1);
  });

  it('writes nothing while a plan is made, and is the same all through it', async () => {
    await open();
    await lab.playbook(
      "- hosts: all\n  gather_facts: false\n  tasks:\n    - copy: { dest: x, content: \"{{ lookup('password', 'p') == lookup('password', 'p') }}\" }\n",
    );
    const plan = await lab.plan();
    expect(JSON.stringify(plan.steps)).toContain('True');
    expect(existsSync(kept('p'))).toBe(false);
  });

  it('waits for whoever holds the lock of Ansible, and says so', async () => {
    await open();
    const lock = kept(`${createHash('sha1').update(kept('p')).digest('hex')}.ansible_lockfile`);
    await writeFile(lock, '');
    expect(await said("{{ lookup('password', 'p') }}")).toContain('another program is at the password file');
    expect(existsSync(lock)).toBe(true);
  }, 30_000);

  it.each([
    ["{{ lookup('password', 'p lenght=5') }}", "not 'lenght'"],
    ["{{ lookup('password', 'p length=x') }}", 'whole number up to 4096'],
    ["{{ lookup('password', 'p', chars='') }}", 'no characters to make a password of'],
    ["{{ lookup('password', 'p encrypt=bcrypt') }}", 'passwords are not hashed by bcrypt here'],
    ["{{ lookup('password', '.') }}", 'is no file of a password'],
    ["{{ lookup('password', 'site.yml/p') }}", 'cannot be used: EEXIST'],
  ])('refuses %j', async (message, why) => {
    await open();
    expect(await said(message)).toMatch(new RegExp(`site.yml:4:\\d+: .*${why}`));
  });

  it('writes and reads no file of the bot from chat', async () => {
    await open(false);
    await writeFile(kept('p'), 'secret\n');
    expect(await said("{{ lookup('password', 'p') }}")).toMatch(/^site.yml:4:\d+: .*`quarterdeck run` in a terminal/);
    expect(await said("{{ lookup('password', '/dev/null/../p') }}")).toContain('in a terminal');
    expect(await said("{{ lookup('password', '/dev/null seed=web-1') }}")).toBe('xqX-Ij5bNgNdyHIsS.eB');
  });
});

describe('the lookup url', () => {
  let server: Worker;
  let base: string;
  beforeAll(async () => {
    server = new Worker(new URL('./url-server.mjs', import.meta.url));
    base = await new Promise((found) => server.once('message', (port) => found(`http://127.0.0.1:${port}`)));
  });
  afterAll(() => server.terminate());

  it('gives the lines, or all of it', async () => {
    await open();
    expect(await said(`{{ query('url', '${base}/lines') }}`)).toEqual(['one', 'two', '', 'four']);
    expect(await said(`{{ lookup('url', '${base}/lines') }}`)).toBe('one,two,,four');
    expect(await said(`{{ lookup('url', '${base}/lines', split_lines=false) }}`)).toBe('one\r\ntwo\n\nfour\n');
    expect(await said(`{{ query('url', '${base}/empty') }}`)).toEqual([]);
    expect(await said(`{{ query('url', '${base}/moved') | first }}`)).toBe('one');
  });

  it('asks with the headers, the agent and the account it is given', async () => {
    await open();
    const asked = async (options: string): Promise<unknown> =>
      said(`{{ (lookup('url', '${base}/asked', split_lines=false${options}) | from_json).headers }}`);
    expect(await asked('')).toMatchObject({ 'user-agent': 'ansible-httpget' });
    expect(await asked(", headers={'X-One': '1'}, http_agent='me', force=true")).toMatchObject({
      'x-one': '1',
      'user-agent': 'me',
      'cache-control': 'no-cache',
    });
    const account = `Basic ${Buffer.from('bob:s:1').toString('base64')}`;
    expect(await asked(", username='bob', password='s:1', force_basic_auth=true")).toMatchObject({
      authorization: account,
    });
  });

  it.each([
    ['/missing', '', 'HTTP status 404'],
    ['/moved', ", follow_redirects='none'", 'HTTP status 302'],
    ['/slow', ', timeout=1', 'nothing came for 1 seconds'],
    ['/large', '', 'larger than 16777216 bytes'],
  ])('says what is wrong with %s', async (path, options, why) => {
    await open();
    expect(await said(`{{ lookup('url', '${base}${path}'${options}) }}`)).toMatch(
      new RegExp(`site.yml:4:\\d+: .*${path}: .*${why}`),
    );
  });

  it('takes addresses of the web only, and options it knows', async () => {
    await open();
    expect(await said("{{ lookup('url', 'file:///etc/passwd') }}")).toContain('http or https');
    expect(await said(`{{ lookup('url', '${base}/lines', unix_socket='/x') }}`)).toContain("no option 'unix_socket'");
    expect(await said(`{{ lookup('url', '${base}/lines', timeout=1000) }}`)).toContain('up to 120');
    expect(await said(`{{ lookup('url', 'http://127.0.0.1:1/', errors='ignore') | default('none', true) }}`)).toBe(
      'none',
    );
  });

  it('asks nothing from chat', async () => {
    await open(false);
    expect(await said(`{{ lookup('url', '${base}/lines') }}`)).toMatch(
      /^site.yml:4:\d+: the lookup 'url' asks an address on the bot’s own machine.*never from chat/,
    );
    expect(await said("{{ lookup('pipe', 'id') }}")).toMatch(/the lookup 'pipe' runs a command.*never from chat/);
  });
});
