import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { uri } from '#playbook/modules/uri.ts';
import { findProgram, present } from '#test/support/programs.ts';
import { changes, tryModule } from './host.ts';

interface Seen {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let base = '';
let seen: Seen[] = [];

const routes: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/ok': (response) =>
    response.writeHead(200, { 'Content-Type': 'text/plain', 'X-Shop-Version': 'v2' }).end("it's fine\n"),
  '/json': (response) =>
    response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end('{"a":[1,"é"]}'),
  '/teapot': (response) => response.writeHead(418).end('short and stout'),
  '/moved': (response) => response.writeHead(302, { Location: '/ok' }).end(),
  '/big': (response) => response.writeHead(200).end('x'.repeat(3_000_000)),
  '/slow': (response) => void setTimeout(() => response.writeHead(200).end('late'), 5000).unref(),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({
        method: request.method ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      const route = routes[request.url ?? ''];
      if (route) route(response);
      else response.writeHead(404).end('no');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A folder that holds only what the scripts may use, so that one tool or the other is there. */
const toolsWith = (name: string, from: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  for (const program of [
    'dash',
    'mktemp',
    'rm',
    'od',
    'tr',
    'head',
    'tail',
    'sed',
    'cat',
    'timeout',
    'mv',
    'chmod',
    'chown',
    'stat',
    'readlink',
    'ls',
    'id',
  ]) {
    const path = findProgram(program);
    if (path !== undefined) symlinkSync(path, join(folder, program));
  }
  if (name !== '') symlinkSync(from, join(folder, name));
  return folder;
};

const tools = [
  ['curl', 'curl'],
  ['wget', 'wget'],
  ['wget of busybox', 'busybox'],
] as const;

describe.each(present(tools, ([, program]) => program))('uri, with %s', (name, program) => {
  let folder = '';
  beforeAll(() => {
    folder = toolsWith(name.split(' ')[0] ?? '', findProgram(program) ?? '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const ask = async (args: JsonObject) => {
    seen = [];
    return tryModule(uri, args, { shell: ['dash'], env: { PATH: folder } });
  };

  it('gives status, headers and content', async () => {
    const { plan, result } = await ask({ url: `${base}/ok`, return_content: true });
    expect(plan).toMatchObject({
      differences: [{ subject: `GET ${base}/ok`, aspect: 'asks', reads: true }],
      unknown: true,
    });
    expect(result).toMatchObject({
      changed: false,
      result: {
        status: 200,
        content: "it's fine\n",
        x_shop_version: 'v2',
        content_type: 'text/plain',
        redirected: false,
        msg: 'OK (10 bytes)',
      },
    });
    expect(result?.failed).toBeUndefined();
  });

  it('reads JSON', async () => {
    expect((await ask({ url: `${base}/json` })).result?.result.json).toEqual({ a: [1, 'é'] });
  });

  it('fails on another status than the wanted ones', async () => {
    const { result } = await ask({ url: `${base}/nope` });
    expect(result).toMatchObject({ failed: 'Status code was 404 and not [200]: Not Found', result: { status: 404 } });
    expect((await ask({ url: `${base}/nope`, status_code: [200, 404] })).result?.failed).toBeUndefined();
  });

  it('fails with a sentence when nobody answers', async () => {
    const { result } = await ask({ url: 'http://127.0.0.1:1/', timeout: 2 });
    expect(result?.failed).toMatch(/^Request failed: ./);
    expect(result?.result.status).toBe(-1);
  });

  it('sends a body as JSON, with headers that hold anything', async () => {
    const args = {
      url: `${base}/ok`,
      method: 'POST',
      body: { a: 'it\'s "$(id)"' },
      body_format: 'json',
      headers: { 'X-Odd': `a "b" 'c' $(id) \\n` },
    };
    const { plan } = await ask(args);
    expect(changes(plan)).toEqual([
      'runs: false → true',
      `body: null → ${Buffer.byteLength(String(seen[0]?.body))} bytes`,
      'headers: null → X-Odd, Content-Type',
    ]);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      body: '{"a":"it\'s \\"$(id)\\""}',
      headers: { 'content-type': 'application/json', 'x-odd': `a "b" 'c' $(id) \\n` },
    });
  });

  it('puts an answer into a file, and sends one of the host', async () => {
    const place = mkdtempSync(join(tmpdir(), 'uri-'));
    const dest = join(place, "it's $(id)");
    const made = await ask({ url: `${base}/ok`, dest, mode: '0640', force: true });
    expect(changes(made.plan)).toContain(`content: absent → what ${base}/ok gives`);
    expect(made.result).toMatchObject({ changed: true, result: { path: dest, status: 200 } });
    expect(readFileSync(dest, 'utf8')).toBe("it's fine\n");
    expect(statSync(dest).mode & 0o777).toBe(0o640);
    mkdirSync(join(place, 'folder'));
    await ask({ url: `${base}/ok`, dest: join(place, 'folder') });
    expect(readFileSync(join(place, 'folder/ok'), 'utf8')).toBe("it's fine\n");
    const refused = await ask({ url: `${base}/nope`, dest });
    expect(refused.result).toMatchObject({ changed: false, result: { status: 404 } });
    expect(readFileSync(dest, 'utf8')).toBe("it's fine\n");
    // The small wget throws away what comes with an error.
    if (name !== 'wget of busybox') {
      await ask({ url: `${base}/nope`, dest, status_code: [200, 404] });
      expect(readFileSync(dest, 'utf8')).toBe('no');
    }
    writeFileSync(dest, 'no');
    await ask({ url: `${base}/ok`, method: 'POST', src: dest, remote_src: true });
    expect(seen[0]).toMatchObject({ method: 'POST', body: 'no' });
    const none = await ask({ url: `${base}/ok`, method: 'POST', src: `${dest}x`, remote_src: true });
    expect(none.result?.failed).toBe(`Unable to open source file ${dest}x`);
    rmSync(place, { recursive: true });
  });

  it('asks through no proxy when told', async () => {
    seen = [];
    const env = { PATH: folder, http_proxy: 'http://127.0.0.1:1' };
    const through = await tryModule(uri, { url: `${base}/ok` }, { shell: ['dash'], env });
    expect(through.result?.failed).toBeDefined();
    const direct = await tryModule(uri, { url: `${base}/ok`, use_proxy: false }, { shell: ['dash'], env });
    expect(direct.result?.failed).toBeUndefined();
  });

  it('says who asks', async () => {
    await ask({ url: `${base}/ok`, url_username: 'ada', url_password: "p'w:d" });
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from("ada:p'w:d").toString('base64')}`);
  });
});

describe('uri', () => {
  it('follows a redirection of a question, and not when told', async () => {
    expect((await tryModule(uri, { url: `${base}/moved` })).result?.result).toMatchObject({
      status: 200,
      redirected: true,
      url: `${base}/ok`,
    });
    expect(
      (await tryModule(uri, { url: `${base}/moved`, follow_redirects: 'none', status_code: 302 })).result?.result,
    ).toMatchObject({ status: 302, location: '/ok' });
  });

  it('sends a form', async () => {
    seen = [];
    await tryModule(uri, {
      url: `${base}/ok`,
      method: 'PUT',
      body: { a: 'b c', d: ['1', '2'] },
      body_format: 'form-urlencoded',
    });
    expect(seen[0]).toMatchObject({ method: 'PUT', body: 'a=b+c&d=1&d=2' });
  });

  it('sends files of the controller, alone and as parts of a form', async () => {
    seen = [];
    const controller = { read: (src: string) => Promise.resolve({ path: src, content: Buffer.from('in it\n') }) };
    await tryModule(uri, { url: `${base}/ok`, method: 'POST', src: 'a/file.txt' }, { controller });
    expect(seen[0]?.body).toBe('in it\n');
    const body = {
      plain: 'é "x"',
      'a "b"': { filename: 'a/file.txt' },
      c: { content: '{}', filename: 'c', mime_type: 'text/x' },
    };
    const form = {
      url: `${base}/ok`,
      method: 'POST',
      body_format: 'form-multipart',
      body,
      headers: { 'content-type': 'no' },
    };
    await tryModule(uri, form, { controller });
    const [, boundary = ''] =
      /^multipart\/form-data; boundary=(.+)$/.exec(seen[1]?.headers['content-type'] ?? '') ?? [];
    expect(seen[1]?.body.split(`--${boundary}`)).toEqual([
      '',
      '\r\nContent-Disposition: form-data; name="plain"\r\n\r\né "x"\r\n',
      '\r\nContent-Disposition: form-data; name="a %22b%22"; filename="file.txt"\r\nContent-Type: text/plain\r\n\r\nin it\n\r\n',
      '\r\nContent-Disposition: form-data; name="c"; filename="c"\r\nContent-Type: text/x\r\n\r\n{}\r\n',
      '--\r\n',
    ]);
  });

  it('leaves a file that is the newest, unless it is forced', async () => {
    const place = mkdtempSync(join(tmpdir(), 'uri-'));
    writeFileSync(join(place, 'x'), 'mine');
    seen = [];
    await tryModule(uri, { url: `${base}/ok`, dest: join(place, 'x') });
    expect(seen[0]?.headers['if-modified-since']).toBeDefined();
    await tryModule(uri, { url: `${base}/ok`, dest: join(place, 'x'), force: true });
    expect(seen[1]?.headers).toMatchObject({ 'cache-control': 'no-cache' });
    expect(seen[1]?.headers['if-modified-since']).toBeUndefined();
    rmSync(place, { recursive: true });
  });

  it('speaks through a socket', async () => {
    const place = mkdtempSync(join(tmpdir(), 'uri-'));
    const socket = join(place, 'socket');
    const behind = createServer((_asked, answer) => answer.end('behind'));
    await new Promise<void>((resolve) => behind.listen(socket, resolve));
    expect(existsSync(socket)).toBe(true);
    const { result } = await tryModule(uri, { url: 'http://localhost/x', unix_socket: socket, return_content: true });
    expect(result?.result).toMatchObject({ status: 200, content: 'behind' });
    behind.close();
    rmSync(place, { recursive: true });
  });

  it('believes the authority it is told, and shows the certificate of the host', async () => {
    const place = mkdtempSync(join(tmpdir(), 'uri-'));
    const make = (name: string): void => {
      const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${name}.key -out ${name}.pem`;
      execFileSync('openssl', words.split(' '), { cwd: place, stdio: 'ignore' });
    };
    make('server');
    make('client');
    const read = (name: string) => readFileSync(join(place, name));
    const secure = createSecureServer(
      {
        cert: read('server.pem'),
        key: read('server.key'),
        ca: read('client.pem'),
        requestCert: true,
        rejectUnauthorized: false,
      },
      (asked, answer) => answer.end(String((asked.socket as TLSSocket).authorized)),
    );
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const url = `https://localhost:${(secure.address() as AddressInfo).port}/`;
    const asked = async (args: JsonObject) => (await tryModule(uri, { url, return_content: true, ...args })).result;
    expect((await asked({}))?.failed).toMatch(/certificate/);
    const own = { ca_path: join(place, 'server.pem') };
    expect((await asked(own))?.result.content).toBe('false');
    const shown = { ...own, client_cert: join(place, 'client.pem'), client_key: join(place, 'client.key') };
    expect((await asked(shown))?.result.content).toBe('true');
    secure.close();
    rmSync(place, { recursive: true });
  });

  it('keeps a long answer to its limit', async () => {
    const { result } = await tryModule(uri, { url: `${base}/big`, return_content: true });
    expect(String(result?.result.content)).toHaveLength(1_048_576);
  });

  it('gives up in time', async () => {
    const began = Date.now();
    const { result } = await tryModule(uri, { url: `${base}/slow`, timeout: 1 });
    expect(result?.failed).toMatch(/^Request failed/);
    expect(Date.now() - began).toBeLessThan(4500);
  });

  it('says so on a host that has nothing to ask with', async () => {
    const folder = toolsWith('', '');
    const { result } = await tryModule(uri, { url: `${base}/ok` }, { shell: ['dash'], env: { PATH: folder } });
    expect(result?.failed).toContain('neither curl nor wget');
    rmSync(folder, { recursive: true });
  });

  it('does not show secrets in the list of processes', async () => {
    const { applied } = await tryModule(uri, {
      url: `${base}/ok`,
      url_username: 'ada',
      url_password: 'secret',
      body: 'secret',
    });
    const [curl = ''] = applied?.split('elif') ?? [];
    expect(curl).not.toContain('secret');
    expect(curl).not.toContain('Authorization');
  });

  it.each([
    [{ url: 'file:///etc/passwd' }],
    [{ url: 'gopher://x' }],
    [{ url: '-o /etc/x' }],
    [{ url: 'http://a b' }],
    [{ url: 'http://x', method: 'GET /' }],
    [{ url: 'http://x', headers: { 'A\r\nB': 'c' } }],
    [{ url: 'http://x', headers: { A: 'b\r\nEvil: 1' } }],
    [{ url: 'http://x', status_code: ['ok'] }],
    [{ url: 'http://x', body: 'a', src: '/b', remote_src: true }],
    [{ url: 'http://x', body: 'a', body_format: 'form-multipart' }],
    [{ url: 'http://x', body: { a: 1 }, body_format: 'form-multipart' }],
    [{ url: 'http://x', body: { a: { content: 'x', mime_type: 'a\r\nb' } }, body_format: 'form-multipart' }],
    [{ url: 'http://x', body: { a: { filename: '/x' } }, body_format: 'form-multipart', remote_src: true }],
  ])('refuses %j', async (args) => {
    await expect(tryModule(uri, args)).rejects.toThrow('module.arguments');
  });
});
