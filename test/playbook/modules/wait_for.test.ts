import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { waitFor } from '#playbook/modules/wait_for.ts';
import { shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wait-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const listening = async (): Promise<{ port: number; close(): Promise<void> }> => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
};

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('wait_for, on %s', (_name, shell) => {
  const failed = async (args: JsonObject): Promise<string | undefined> =>
    (await tryModule(waitFor, args, { shell })).result?.failed;

  it('knows an open port from a closed one', async () => {
    const { port, close } = await listening();
    expect(await failed({ port })).toBeUndefined();
    expect(await failed({ port, state: 'stopped' })).toBe(`Timeout when waiting for 127.0.0.1:${port} to stop`);
    await close();
    expect(await failed({ port })).toBe(`Timeout when waiting for 127.0.0.1:${port}`);
    expect(await failed({ port, state: 'stopped' })).toBeUndefined();
  });

  it('has nothing left to do on the host when the first look finds it', async () => {
    const { port, close } = await listening();
    const look = async (args: JsonObject) => (await tryModule(waitFor, args, { shell })).applied;
    expect(await look({ port })).toBeUndefined();
    expect(await look({ port, delay: 1 })).toBeDefined();
    expect(await look({ port, state: 'stopped', timeout: 0 })).toBeDefined();
    await close();
    expect(await look({ port, state: 'stopped' })).toBeUndefined();
  });

  it('looks for a file, and for words in it', async () => {
    const path = join(folder, "it's here");
    expect(await failed({ path })).toBe(`Timeout when waiting for file ${path}`);
    expect(await failed({ path, state: 'absent' })).toBeUndefined();
    writeFileSync(path, 'starting\nready in 3 s\n');
    expect(await failed({ path })).toBeUndefined();
    expect(await failed({ path, search_regex: 'ready in [0-9]+' })).toBeUndefined();
    expect(await failed({ path, search_regex: '-never$' })).toContain('search string');
  });

  it('waits on the host itself after a delay, once', async () => {
    const began = Date.now();
    const path = join(folder, 'later');
    setTimeout(() => writeFileSync(path, ''), 1500);
    expect(await failed({ path, delay: 1, timeout: 10 })).toBeUndefined();
    expect(Date.now() - began).toBeGreaterThanOrEqual(1000);
  });

  it('says what its author wants said', async () => {
    expect(await failed({ path: join(folder, 'x'), msg: "it's not there; $(id)" })).toBe("it's not there; $(id)");
  });
});

describe('wait_for', () => {
  it('tells how often and how long to look', async () => {
    const prepared = await waitFor.prepare(
      { host: '127.0.0.1', port: 80, state: 'started', delay: 0, sleep: 2, timeout: 30 },
      undefined as never,
    );
    expect(waitFor.waits?.(prepared)).toEqual({ everySeconds: 2, timeoutSeconds: 30 });
  });

  it.each([
    [{ port: 80, path: '/x' }],
    [{ port: 0 }],
    [{ port: 70_000 }],
    [{ port: 80, host: '$(id)' }],
    [{ port: 80, host: '-x' }],
    [{ port: 80, search_regex: 'x' }],
  ])('refuses %j', async (args) => {
    await expect(tryModule(waitFor, args)).rejects.toThrow('module.arguments');
  });
});
