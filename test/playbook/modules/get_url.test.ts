import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import { getUrl } from '#playbook/modules/get_url.ts';
import { findProgram, firstOr, present } from '#test/support/programs.ts';
import { changes, tryModule } from './host.ts';

const body = "it's $(id) é\n";
const sum = (algorithm: string, text = body): string => createHash(algorithm).update(text).digest('hex');
const modified = new Date('2020-02-03T04:05:06Z');

let server: Server;
let base = '';
let seen: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
let served = body;

const send = (response: ServerResponse, text: string | Buffer, headers: Record<string, string> = {}): void =>
  void response.writeHead(200, { 'Content-Length': String(Buffer.byteLength(text)), ...headers }).end(text);

const routes: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
  '/app.tar': (response, request) => {
    const since = request.headers['if-modified-since'];
    if (since !== undefined && new Date(since) >= modified) response.writeHead(304).end();
    else send(response, served, { 'Last-Modified': modified.toUTCString() });
  },
  '/moved': (response) => response.writeHead(302, { Location: '/app.tar?x=/y' }).end(),
  '/named': (response) => send(response, served, { 'Content-Disposition': 'attachment; filename="../given name"' }),
  '/packed': (response) => send(response, gzipSync(body), { 'Content-Encoding': 'gzip' }),
  '/SUMS': (response) => send(response, `${sum('sha256', 'x')}  other\n${sum('sha256')} *./app.tar\n`),
  '/alone': (response) => send(response, `${sum('sha256')}\n`),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    const route = routes[request.url?.replace(/\?.*$/, '') ?? ''];
    if (route) route(response, request);
    else response.writeHead(404).end('no');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'get-url-')));
  seen = [];
  served = body;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const common =
  'dash mktemp rm od tr head tail sed cat timeout stat wc date base64 gzip grep sha1sum sha256sum md5sum mv cp chmod chown chgrp id readlink';

/** A folder that holds only what the scripts may use, so that one tool or the other is there. */
const toolsWith = (name: string, from: string): string => {
  const tools = mkdtempSync(join(tmpdir(), 'tools-'));
  for (const program of common.split(' ')) {
    const path = findProgram(program);
    if (path !== undefined) symlinkSync(path, join(tools, program));
  }
  if (name !== '') symlinkSync(from, join(tools, name));
  return tools;
};

const tools = [
  ['curl', 'curl'],
  ['wget', 'wget'],
  ['wget of busybox', 'busybox'],
] as const;

describe.each(firstOr(present(tools, ([, program]) => program)))('get_url, with %s', (name, program) => {
  let path = '';
  beforeAll(() => {
    path = toolsWith(name.split(' ')[0] ?? '', findProgram(program) ?? '');
  });
  afterAll(() => rmSync(path, { recursive: true }));

  const small = name === 'wget of busybox';
  const at = (file: string): string => join(folder, file);
  const read = (file: string): string => readFileSync(at(file), 'utf8');
  const get = (args: JsonObject, run = true) =>
    tryModule(getUrl, args, { shell: [join(path, 'dash')], env: { PATH: path } }, run);
  const settles = async (args: JsonObject) => {
    const before = readdirSync(folder);
    const foreseen = await get(args, false);
    expect(readdirSync(folder)).toEqual(before);
    const first = await get(args);
    expect(first.plan.failed ?? first.result?.failed).toBeUndefined();
    expect(changes(first.plan)).toEqual(changes(foreseen.plan));
    expect(changes((await get(args)).plan)).toEqual([]);
    expect(readdirSync(folder).filter((file) => file.startsWith('.quarterdeck'))).toEqual([]);
    return first;
  };

  it.each(['f', "it's", '$(touch pwned)', '-n', 'new\nline', 'é😀'])('fetches to a file called %j', async (file) => {
    const { plan, result } = await settles({ url: `${base}/app.tar`, dest: at(file), mode: '0640' });
    expect(read(file)).toBe(body);
    expect(statSync(at(file)).mode & 0o777).toBe(0o640);
    expect(changes(plan)).toEqual(['state: absent → file', `content: null → ${base}/app.tar`, 'mode: 0644 → 0640']);
    expect(result?.result).toMatchObject({
      url: `${base}/app.tar`,
      dest: at(file),
      msg: `OK (${Buffer.byteLength(body)} bytes)`,
      status_code: 200,
      checksum_src: sum('sha1'),
      md5sum: sum('md5'),
      mode: '0640',
      state: 'file',
    });
    expect(existsSync(at('pwned'))).toBe(false);
  });

  it('asks nobody when the checksum is right already', async () => {
    writeFileSync(at('f'), body);
    const { plan } = await get({
      url: `${base}/app.tar`,
      dest: at('f'),
      checksum: `sha256:${sum('sha256').toUpperCase()}`,
    });
    expect([changes(plan), plan.result.msg, seen]).toEqual([[], 'file already exists', []]);
    const { result } = await get({
      url: 'http://x.invalid',
      dest: at('f'),
      checksum: `sha1:${sum('sha1')}`,
      mode: '0600',
    });
    expect(result?.changed).toBe(true);
    expect(statSync(at('f')).mode & 0o777).toBe(0o600);
  });

  it('replaces a file whose checksum is another, keeping its mode and a backup', async () => {
    writeFileSync(at('f'), 'old', { mode: 0o600 });
    const { plan, result } = await settles({
      url: `${base}/app.tar`,
      dest: at('f'),
      checksum: `sha256:${sum('sha256')}`,
      backup: true,
    });
    expect(changes(plan)).toEqual([`content: sha256:${sum('sha256', 'old')} → sha256:${sum('sha256')}`]);
    expect(statSync(at('f')).mode & 0o777).toBe(0o600);
    expect(readFileSync(String(result?.result.backup_file), 'utf8')).toBe('old');
  });

  it('leaves everything as it was when what came has another checksum', async () => {
    writeFileSync(at('f'), 'old');
    const wanted = sum('sha256', 'another');
    const { result } = await get({ url: `${base}/app.tar`, dest: at('f'), checksum: `sha256:${wanted}` });
    expect(result?.failed).toBe(`The checksum for ${at('f')} did not match ${wanted}; it was ${sum('sha256')}.`);
    expect([read('f'), readdirSync(folder)]).toEqual(['old', ['f']]);
  });

  it('finds the checksum in a file of sums', async () => {
    for (const sums of ['SUMS', 'alone']) {
      const args = { url: `${base}/app.tar`, dest: at(sums), checksum: `sha256:${base}/${sums}` };
      const { plan } = await settles(args);
      expect(changes(plan)[1]).toBe(`content: null → sha256:${sum('sha256')}`);
    }
    const missing = await get({ url: `${base}/named`, dest: at('x'), checksum: `sha256:${base}/SUMS` }, false);
    expect(missing.plan.failed).toBe(`Unable to find a checksum for file 'named' in '${base}/SUMS'`);
    const gone = await get({ url: `${base}/app.tar`, dest: at('x'), checksum: `sha256:${base}/none` }, false);
    expect(gone.plan.failed).toBe('Request failed: HTTP Error 404: Not Found');
  });

  it('asks only for something newer when a file is there, and compares what comes', async () => {
    writeFileSync(at('f'), 'old');
    const args = { url: `${base}/app.tar`, dest: at('f') };
    const newer = await get(args, false);
    expect(changes(newer.plan)).toEqual([]);
    expect(newer.plan.result).toMatchObject({ status_code: 304, msg: 'HTTP Error 304: Not Modified' });
    utimesSync(at('f'), new Date(0), new Date(0));
    expect(changes((await settles(args)).plan)).toEqual([`content: sha1:${sum('sha1', 'old')} → sha1:${sum('sha1')}`]);
    served = 'fresh';
    expect(changes((await get(args, false)).plan)).toEqual([]);
    expect(changes((await settles({ ...args, force: true })).plan)).toHaveLength(1);
    expect(read('f')).toBe('fresh');
  });

  it('puts a file into a folder under the name the server gives', async () => {
    mkdirSync(at('d'));
    await settles({ url: `${base}/app.tar?v=2#x`, dest: at('d') });
    await settles({ url: `${base}/app.tar`, dest: `${at('d')}/`, tmp_dest: folder });
    if (!small) {
      await settles({ url: `${base}/moved`, dest: at('d') });
      await settles({ url: `${base}/named`, dest: at('d') });
    }
    expect(readdirSync(at('d'))).toEqual(small ? ['app.tar'] : ['app.tar', 'given name']);
  });

  it('unpacks a content that came packed, unless it is not to', async () => {
    await settles({ url: `${base}/packed`, dest: at('f') });
    expect(read('f')).toBe(body);
    await settles({ url: `${base}/packed`, dest: at('g'), decompress: false });
    expect(readFileSync(at('g')).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  });

  it('sends headers and a password, and shows neither', async () => {
    const secret = 'p"w\\ $(id)';
    const { plan } = await get({
      url: `${base}/app.tar`,
      dest: at('f'),
      headers: { 'X-Token': 'a b' },
      url_username: 'me',
      url_password: secret,
    });
    const authorization = `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`;
    expect(seen.at(-1)?.headers).toMatchObject({ 'x-token': 'a b', authorization, 'user-agent': 'ansible-httpget' });
    expect(JSON.stringify(plan)).not.toContain(authorization.slice(6));
  });

  it('fails as Ansible does', async () => {
    const gone = await get({ url: `${base}/none`, dest: at('f') });
    expect(gone.result?.failed).toBe('Request failed: HTTP Error 404: Not Found');
    expect(gone.result?.result).toMatchObject({ status_code: 404 });
    writeFileSync(at('f'), 'x');
    const now = await get({ url: `${base}/none`, dest: at('f') }, false);
    expect(now.plan).toMatchObject({ failed: 'Request failed: HTTP Error 404: Not Found' });
    const closed = await get({ url: 'http://127.0.0.1:1/x', dest: at('g'), timeout: 2 });
    expect(closed.result?.failed).toMatch(/^Request failed: ./);
    const nowhere = await get({ url: `${base}/app.tar`, dest: at('no/f') }, false);
    expect(nowhere.plan.failed).toBe(`Destination ${at('no')} does not exist`);
    const temporary = await get({ url: `${base}/app.tar`, dest: at('g'), tmp_dest: at('no') }, false);
    expect(temporary.plan.failed).toBe(`${at('no')} directory does not exist.`);
    expect(readdirSync(folder)).toEqual(['f']);
  });

  it('copies a file of the host', async () => {
    writeFileSync(at("a 'b'"), body);
    await settles({ url: `file://${folder}/a%20'b'`, dest: at('f') });
    expect(read('f')).toBe(body);
  });
});

describe('get_url', () => {
  it('says what to install where there is neither curl nor wget', async () => {
    const path = toolsWith('', '');
    const place = { shell: [join(path, 'dash')], env: { PATH: path } };
    const { plan } = await tryModule(getUrl, { url: `${base}/app.tar`, dest: join(folder, 'f') }, place, false);
    expect(plan.failed).toBe(
      'get_url: the host has neither curl nor wget. Install one of them, for instance the package curl.',
    );
    writeFileSync(join(folder, 'f'), body);
    const there = { url: `${base}/app.tar`, dest: join(folder, 'f'), checksum: `md5:${sum('md5')}` };
    expect(changes((await tryModule(getUrl, there, place)).plan)).toEqual([]);
    rmSync(path, { recursive: true });
  });

  it.each([
    [{ url: 'gopher://x/y' }],
    [{ url: 'http://x/a b' }],
    [{ url: 'http://x', checksum: 'abc' }],
    [{ url: 'http://x', checksum: 'crc32:abc' }],
    [{ url: 'http://x', checksum: 'sha256:not hex' }],
    [{ url: 'http://x', headers: { 'a\nb': 'c' } }],
    [{ url: 'http://x', mode: 'wild' }],
  ])('refuses %j before any host is asked', async (args) => {
    const checked = checkArguments(getUrl, { dest: '/x', ...args });
    await expect(async () => checked.ok && getUrl.prepare(checked.value, {} as never)).rejects.toThrow(
      'module.arguments',
    );
  });
});
