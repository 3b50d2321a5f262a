import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeFaults } from '#settings/faults.ts';
import { loadSettings, type SettingsOutcome } from '#settings/load.ts';
import { watchSettings } from '#settings/watch.ts';
import { freshFolder } from './folder.ts';

async function watched(first = 'language: en', options: { settleMs?: number } = {}) {
  const folder = await freshFolder();
  const path = join(folder, 'q.yaml');
  await writeFile(path, first);
  return { folder, path, ...(await watching({ path, env: {} }, options.settleMs)) };
}

async function watching(where: { path?: string; working?: string; env: NodeJS.ProcessEnv }, settleMs = 30) {
  const told: SettingsOutcome[] = [];
  const first = await loadSettings(where);
  const watch = watchSettings({ ...where, first, onChange: (outcome) => told.push(outcome), settleMs, pollMs: 50 });
  onTestFinished(() => watch.stop());
  const newest = () => told.at(-1);
  const language = () => watch.current()?.language;
  return { told, newest, watch, language };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 10 });
const quiet = () => sleep(300);

describe('watchSettings', () => {
  it('tells of new settings when the file is written', async () => {
    const { path, language, told } = await watched();
    await writeFile(path, 'language: fr');
    await soon(() => expect(language()).toBe('fr'));
    expect(told).toHaveLength(1);
  });

  it('follows an editor that renames a new file over the old one, twice', async () => {
    const { path, language } = await watched();
    for (const next of ['fr', 'en', 'fr']) {
      await writeFile(`${path}.tmp`, `language: ${next}`);
      await rename(`${path}.tmp`, path);
      await soon(() => expect(language()).toBe(next));
    }
  });

  it('keeps the last good settings and tells the faults of a broken change, then the mending', async () => {
    const { path, language, newest, told } = await watched('language: fr');
    await writeFile(path, 'langage: en');
    await soon(() => expect(newest()?.ok).toBe(false));
    const outcome = newest();
    expect(outcome?.ok === false && describeFaults(outcome.faults, 'en')).toContain(':1:1 There is no key "langage"');
    expect(language()).toBe('fr');
    await writeFile(path, 'language: fr');
    await soon(() => expect(newest()?.ok).toBe(true));
    expect(told).toHaveLength(2);
  });

  it('reads again what could not be read for a moment, although nothing changed since', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, 'q.yaml'), 'language: en');
    const child = join(import.meta.dirname, 'watch-child.ts');
    const said = execFileSync('prlimit', ['--nofile=256', process.execPath, child, folder], { encoding: 'utf8' });
    expect(said).toBe('broken,good fr');
  });

  it('says nothing for swap files, for the same content, and for a comment', async () => {
    const { folder, path, told } = await watched();
    await writeFile(join(folder, '.q.yaml.swp'), 'x');
    await writeFile(path, 'language: en');
    await writeFile(path, '# hello\nlanguage: en');
    await quiet();
    expect(told).toEqual([]);
  });

  it('reads a file saved in several steps once, when it is quiet', async () => {
    const { path, told, language } = await watched('language: en', { settleMs: 500 });
    await writeFile(path, '');
    await writeFile(path, 'language');
    await writeFile(path, 'language: fr');
    await soon(() => expect(language()).toBe('fr'));
    await quiet();
    expect(told).toHaveLength(1);
  });

  it('waits for a file that was emptied to be written', async () => {
    const { path, told, language } = await watched('language: en', { settleMs: 100 });
    await writeFile(path, '');
    await sleep(400); // long after it was quiet, long before it is given up
    await writeFile(path, 'language: fr');
    await soon(() => expect(language()).toBe('fr'));
    expect(told).toHaveLength(1);
  });

  it.each([
    ['empty', ''],
    ['only a comment', '# people: []\n'],
    ['a document of nothing', '---\n'],
  ])('takes a file that became %s for a broken one, and keeps the last good settings', async (_what, nothing) => {
    const { path, newest, language } = await watched('language: fr');
    await writeFile(path, nothing);
    await soon(() => expect(newest()).toMatchObject({ ok: false, faults: [{ code: 'settings.emptied' }] }));
    expect(language()).toBe('fr');
    await writeFile(path, 'language: en');
    await soon(() => expect(language()).toBe('en'));
  });

  it('takes a usual file that went away for a broken one', async () => {
    const working = await freshFolder();
    await mkdir(join(working, 'config'));
    const path = join(working, 'config/quarterdeck.yaml');
    await writeFile(path, 'language: fr');
    const { newest, language } = await watching({ working, env: {} });
    await rm(path);
    await soon(() => expect(newest()).toMatchObject({ ok: false, faults: [{ code: 'settings.emptied' }] }));
    expect(language()).toBe('fr');
  });

  it('goes on with an empty file that was empty when it began', async () => {
    const { path, told } = await watched('');
    await writeFile(path, '# nothing yet');
    await quiet();
    expect(told).toEqual([]);
  });

  it('notices a file that goes away, and its return', async () => {
    const { path, newest, language } = await watched('language: fr');
    await rm(path);
    await soon(() => expect(newest()?.ok).toBe(false));
    expect(language()).toBe('fr');
    await writeFile(path, 'language: en');
    await soon(() => expect(language()).toBe('en'));
  });

  it('watches the secrets’ files too, those added later and those missing included', async () => {
    const { folder, path, newest } = await watched();
    await mkdir(join(folder, 'secrets'));
    await writeFile(path, 'secrets: { a: "${file:secrets/a}" }');
    await soon(() => expect(newest()?.ok).toBe(false));
    await writeFile(join(folder, 'secrets/a'), 'first-value');
    await soon(() => expect(newest()).toMatchObject({ ok: true, secrets: ['first-value'] }));
    await writeFile(join(folder, 'secrets/a'), 'second-value');
    await soon(() => expect(newest()).toMatchObject({ ok: true, secrets: ['second-value'] }));
  });

  it('follows a link that is pointed elsewhere, as container platforms do', async () => {
    const folder = await freshFolder();
    for (const language of ['en', 'fr']) {
      await mkdir(join(folder, language));
      await writeFile(join(folder, language, 'q.yaml'), `language: ${language}`);
    }
    await symlink('en', join(folder, '..data'));
    await symlink('..data/q.yaml', join(folder, 'q.yaml'));
    const { language } = await watching({ path: join(folder, 'q.yaml'), env: {} });
    await symlink('fr', join(folder, '..new'));
    await rename(join(folder, '..new'), join(folder, '..data'));
    await soon(() => expect(language()).toBe('fr'));
  });

  it('sees a change behind links that lead elsewhere, of the configuration and of a secret', async () => {
    const [folder, elsewhere] = [await freshFolder(), await freshFolder()];
    await writeFile(join(elsewhere, 'real.yaml'), 'secrets: { a: "${file:a}" }');
    await writeFile(join(elsewhere, 'a'), 'first-value');
    await symlink(join(elsewhere, 'real.yaml'), join(folder, 'q.yaml'));
    await symlink(join(elsewhere, 'a'), join(folder, 'a'));
    const { newest, language } = await watching({ path: join(folder, 'q.yaml'), env: {} });
    await quiet(); // past the first look
    await writeFile(join(elsewhere, 'a'), 'second-value');
    await soon(() => expect(newest()).toMatchObject({ ok: true, secrets: ['second-value'] }));
    await writeFile(join(elsewhere, 'real.yaml'), 'language: fr');
    await soon(() => expect(language()).toBe('fr'));
  });

  it('sees the first configuration appear, even where there was no folder for it', async () => {
    const working = await freshFolder();
    const { newest } = await watching({ working, env: {} });
    await quiet(); // past the first look
    await mkdir(join(working, 'config'));
    await writeFile(join(working, 'config/quarterdeck.yaml'), 'language: fr');
    await soon(() => expect(newest()).toMatchObject({ ok: true, configured: true, settings: { language: 'fr' } }));
  });

  it('says nothing once stopped, in whatever moment that is', async () => {
    for (let pause = 0; pause < 12; pause += 1) {
      const { path, told, watch } = await watched('language: en', { settleMs: 2 });
      await sleep(30);
      await writeFile(path, 'language: fr');
      await sleep(pause);
      watch.stop();
      const before = told.length;
      await sleep(60);
      expect(told).toHaveLength(before);
    }
  });
});
