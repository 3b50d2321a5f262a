import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFaults } from '#settings/faults.ts';
import { loadSettings } from '#settings/load.ts';
import { underModes } from '#test/support/ordinary.ts';
import { faultsOf, freshFolder, load, settingsOf } from './folder.ts';

const said = async (...args: Parameters<typeof load>) => describeFaults(await faultsOf(...args), 'en').split('\n');

describe('loadSettings', () => {
  it('gives the defaults for an empty file', async () => {
    const settings = await settingsOf('');
    expect(settings.server).toEqual({ host: '127.0.0.1', port: 3000 });
    expect(settings.console).toEqual({ channels: [{ name: 'ops' }], sessionHours: 720 });
    expect(settings.harbour).toBe('auto');
  });

  it('gives the defaults, unconfigured, when nobody named a file and there is none', async () => {
    const working = await freshFolder();
    const outcome = await loadSettings({ env: {}, working });
    expect(outcome).toMatchObject({ ok: true, configured: false, files: [join(working, 'config/quarterdeck.yaml')] });
  });

  it('finds config/quarterdeck.yaml by itself', async () => {
    const working = await freshFolder();
    await mkdir(join(working, 'config'));
    await writeFile(join(working, 'config/quarterdeck.yaml'), 'language: fr');
    expect(await loadSettings({ env: {}, working })).toMatchObject({
      ok: true,
      configured: true,
      settings: { language: 'fr' },
    });
  });

  it('refuses to start without the file that was named', async () => {
    const working = await freshFolder();
    const byOption = await loadSettings({ path: 'gone.yaml', env: {}, working });
    const byVariable = await loadSettings({ env: { QUARTERDECK_CONFIG: 'gone.yaml' }, working });
    for (const outcome of [byOption, byVariable])
      expect(outcome.ok ? '' : describeFaults(outcome.faults, 'en')).toMatch(
        /^gone\.yaml:1:1 The configuration file is not there\./,
      );
  });

  it.each([
    ['a folder', async (path: string) => void (await mkdir(path)), 'is a folder'],
    ['binary bytes', (path: string) => writeFile(path, Buffer.from([0xff, 0xfe, 0x00])), 'is not UTF-8 text'],
    ['two megabytes', (path: string) => writeFile(path, ' '.repeat(2 << 20)), 'is larger than 1 MB'],
  ])('refuses %s in place of the file', async (_what, make, reason) => {
    const working = await freshFolder();
    await make(join(working, 'q.yaml'));
    const outcome = await loadSettings({ path: 'q.yaml', env: {}, working });
    expect(outcome.ok ? '' : describeFaults(outcome.faults, 'en')).toContain(`The configuration file ${reason}.`);
  });

  it('refuses a default file that cannot be read, rather than taking the defaults', async () => {
    const working = await freshFolder();
    await mkdir(join(working, 'config/quarterdeck.yaml'), { recursive: true });
    expect((await loadSettings({ env: {}, working })).ok).toBe(false);
  });

  it('says when the account may not read the file', async () => {
    const working = await freshFolder();
    await writeFile(join(working, 'q.yaml'), '');
    await chmod(join(working, 'q.yaml'), 0);
    const child = join(import.meta.dirname, 'load-child.ts');
    const said = execFileSync(...underModes(process.execPath, child, working), { encoding: 'utf8' });
    expect(said).toMatch(/^q\.yaml:1:1 .* may not be read by this account/);
  });

  it('takes an empty section, everything under it commented out, for an absent one', async () => {
    const settings = await settingsOf('people:\n  # nobody yet\nserver:\nplugins: { settings: { a: { b: null } } }');
    expect(settings.people).toEqual([]);
    expect(settings.server.port).toBe(3000);
    expect(settings.plugins.settings).toEqual({ a: { b: null } });
  });
});

describe('paths', () => {
  it('start at the configuration file when the file says them', async () => {
    const { outcome, folder } = await load(
      'data: d\nplaybooks: p\ninventory: [i]\nplugins: { folders: [f] }\nssh: { identityFiles: [~/k], knownHosts: [h] }',
      { env: { HOME: '/home/ada' } },
    );
    expect(outcome).toMatchObject({
      settings: {
        data: join(folder, 'd'),
        playbooks: join(folder, 'p'),
        inventory: [join(folder, 'i')],
        plugins: { folders: [join(folder, 'f')] },
        ssh: { identityFiles: ['/home/ada/k'], knownHosts: [join(folder, 'h')] },
      },
    });
  });

  it('start at the working directory for data, and at the program for what it bundles, by default', async () => {
    const { outcome, folder } = await load('');
    const program = resolve(import.meta.dirname, '../..');
    expect(outcome).toMatchObject({
      settings: {
        data: join(folder, 'data'),
        playbooks: join(program, 'playbooks'),
        plugins: { folders: [join(program, 'plugins')] },
        ssh: { knownHosts: [join(folder, 'data/known_hosts'), join(homedir(), '.ssh/known_hosts')] },
      },
    });
  });

  it('yield to QUARTERDECK_DATA', async () => {
    const settings = await settingsOf('data: here', { env: { QUARTERDECK_DATA: '/there' } });
    expect(settings.data).toBe('/there');
    expect(settings.ssh.knownHosts[0]).toBe('/there/known_hosts');
  });
});

describe('the data folder of a faulty configuration', () => {
  it.each([
    ['of a wrong value elsewhere', 'data: here\nlanguage: xx', 'here'],
    ['of a file that is no YAML', 'people: [\ndata: "here" # ours\nroles: {', 'here'],
    ['of a file that names none', 'languag: en', 'data'],
    ['of one that refers to the environment', 'data: ${env:WHERE}\nlanguag: en', 'here'],
    ['of one that is no text', 'data: [a]', 'data'],
  ])('is told all the same, %s', async (_what, yaml, name) => {
    const { outcome, folder } = await load(yaml, { env: { WHERE: 'here' } });
    expect(outcome).toMatchObject({ ok: false, data: join(folder, name) });
  });

  it('is not guessed where the file is not there, unless the environment says it', async () => {
    const nowhere = { path: 'nowhere.yaml', working: '/', env: {} };
    expect(await loadSettings(nowhere)).not.toHaveProperty('data');
    expect(await loadSettings({ ...nowhere, env: { QUARTERDECK_DATA: '/there' } })).toMatchObject({ data: '/there' });
  });
});

describe('QUARTERDECK_PORT', () => {
  it('goes before the file', async () => {
    expect((await settingsOf('server: { port: 1 }', { env: { QUARTERDECK_PORT: '4000' } })).server.port).toBe(4000);
  });

  it.each(['70000', '-1', '80x', '1e3', ' '])('refuses %j beside the faults of the file', async (port) => {
    const lines = await said('nope: 1', { env: { QUARTERDECK_PORT: port } });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe(`QUARTERDECK_PORT must be a port from 0 to 65535, not "${port}".`);
  });
});
