import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFaults } from '#settings/faults.ts';
import { loadSettings } from '#settings/load.ts';
import { faultsOf, freshFolder, load, settingsOf } from './folder.ts';

describe('references', () => {
  it('take an environment variable or a file, inside any text, without the last line break', async () => {
    const settings = await settingsOf('secrets: { a: "${env:A}", b: "x ${file:s} ${env:A} y" }', {
      env: { A: 'one' },
      files: { s: 'two\nlines\r\n' },
    });
    expect(settings.secrets).toEqual({ a: 'one', b: 'x two\nlines one y' });
  });

  it('are text, never a reference, a template or YAML again', async () => {
    const settings = await settingsOf('secrets: { a: "${env:A}" }', { env: { A: '${env:B} {{ 1 }} [x]: *y' } });
    expect(settings.secrets.a).toBe('${env:B} {{ 1 }} [x]: *y');
  });

  it('leave $${ as the characters themselves', async () => {
    expect((await settingsOf('secrets: { a: "$${env:A} $x {y}" }')).secrets.a).toBe('${env:A} $x {y}');
  });

  it('become a number or a yes where the schema wants one, and stay text elsewhere', async () => {
    const settings = await settingsOf(
      'server: { port: "${env:P}" }\nssh: { agent: "${env:NO}" }\nharbour: ${env:NO}\nsecrets: { a: "${env:P}" }',
      { env: { P: '8080', NO: 'false' } },
    );
    expect(settings.server.port).toBe(8080);
    expect(settings.ssh.agent).toBe(false);
    expect(settings.harbour).toBe(false);
    expect(settings.secrets.a).toBe('8080');
  });

  it('give what they read to redaction when it is a secret, and spare names and folders', async () => {
    const { outcome } = await load(
      'secrets: { a: "Bearer ${env:A}", b: written-here }\nplugins: { settings: { p: { token: "${file:s}" } } }\nssh: { user: "${env:U}" }',
      { env: { A: 'token-one', U: 'deploy' }, files: { s: 'token-two' } },
    );
    const secrets = outcome.ok ? [...outcome.secrets].sort() : [];
    expect(secrets).toEqual(['Bearer token-one', 'token-one', 'token-two', 'written-here']);
  });

  it('give the passwords of the vault to redaction, read from outside or written in the configuration', async () => {
    const { outcome } = await load('vault: { default: "${file:s}", old: written-here }', { files: { s: 'opens-all' } });
    expect(outcome.ok ? [...outcome.secrets].sort() : []).toEqual(['opens-all', 'written-here']);
  });

  it('name all files, found or not, for watching', async () => {
    const found = await load('secrets: { a: "${file:s}" }', { files: { s: 'x' } });
    expect(found.outcome.files).toEqual([join(found.folder, 'q.yaml'), join(found.folder, 's')]);
    const gone = await load('secrets: { a: "${file:gone}" }');
    expect(gone.outcome.files).toContain(join(gone.folder, 'gone'));
  });

  it.each([
    ['${env:NOPE}', 'The environment variable NOPE is not set.'],
    ['${env:EMPTY}', 'The environment variable EMPTY is empty.'],
    ['${env:constructor}', 'The environment variable constructor is not set.'],
    ['${file:gone}', 'The file "gone" is not there.'],
    ['${file:empty}', 'The file "empty" is empty.'],
    ['${file:large}', 'The file "large" is too large for a secret.'],
    ['${file:/dev/zero}', 'The file "/dev/zero" is not a plain file.'],
    ['${file:.}', 'The file "." is not a plain file.'],
    ['${env:}', '"${env:}" refers to nothing known.'],
    ['${ENV:A}', '"${ENV:A}" refers to nothing known.'],
    ['${A}', '"${A}" refers to nothing known.'],
  ])('that lead nowhere are one fault at their place: %s', async (reference, sentence) => {
    const faults = await faultsOf(`language: en\ndata: "${reference}"`, {
      env: { EMPTY: '' },
      files: { empty: '\n', large: 'x'.repeat(300_000) },
    });
    expect(faults).toHaveLength(1);
    expect(describeFaults(faults, 'en')).toContain(`q.yaml:2:7 ${sentence}`);
  });

  it('start at the configuration file, wherever the bot was started', async () => {
    const working = await freshFolder();
    await mkdir(join(working, 'config'));
    await writeFile(join(working, 'config/quarterdeck.yaml'), 'secrets: { a: "${file:s}" }');
    await writeFile(join(working, 'config/s'), 'x');
    expect(await loadSettings({ env: {}, working })).toMatchObject({ settings: { secrets: { a: 'x' } } });
  });
});

describe('anchors', () => {
  it('repeat a value, and merge maps with what is said in place going first', async () => {
    const settings = await settingsOf(`
roles:
  base: &base { allow: &grants [{ permission: a.b, on: [web] }] }
  same: *base
  more: { allow: *grants }
console: &c { sessionHours: 5, channels: [{ name: one }] }
plugins: { settings: { merged: { <<: *c, sessionHours: 6 }, both: { <<: [{ a: 1, b: 1 }, { a: 2, c: 2 }] } } }
`);
    expect(settings.roles.same).toEqual(settings.roles.base);
    expect(settings.roles.more).toEqual(settings.roles.base);
    expect(settings.plugins.settings.merged).toEqual({ sessionHours: 6, channels: [{ name: 'one' }] });
    expect(settings.plugins.settings.both).toEqual({ a: 1, b: 1, c: 2 });
  });
});
