import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeFaults } from '#settings/faults.ts';
import { loadSettings } from '#settings/load.ts';
import { fields } from '#settings/outline.ts';
import { settingsSchema } from '#settings/schema.ts';
import { freshFolder } from './folder.ts';

const root = resolve(import.meta.dirname, '../..');
const examples = join(root, 'config/examples');
const env = { GRAFANA_TOKEN: 'a-token', HOME: '/home/ada' };
const names = (await readdir(examples)).sort();

async function faultsOfFile(path: string) {
  const outcome = await loadSettings({ path, env });
  return outcome.ok ? '' : describeFaults(outcome.faults, 'en');
}

/** Every key a value mentions, as the outline writes paths: `people[].id`, `roles.<name>.allow`. */
function mentioned(value: unknown, known: ReadonlySet<string>, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => mentioned(item, known, `${path}[]`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = path === '' ? key : `${path}.${key}`;
    const next = known.has(own) ? own : `${path}.<name>`;
    return [next, ...mentioned(inner, known, next)];
  });
}

describe('the commented examples', () => {
  it.each(names)('config/examples/%s is a valid configuration', async (name) => {
    const folder = await freshFolder(); // with the secret file that an example names
    await mkdir(join(folder, 'secrets'));
    await writeFile(join(folder, 'secrets/database-password'), 'a-password');
    await writeFile(join(folder, 'secrets/vault-password'), 'another-password');
    await writeFile(join(folder, name), await readFile(join(examples, name)));
    expect(await faultsOfFile(join(folder, name))).toBe('');
  });

  it('config/quarterdeck.example.yaml is a valid configuration', async () => {
    expect(await faultsOfFile(join(root, 'config/quarterdeck.example.yaml'))).toBe('');
  });

  it('mention every key of the schema between them', async () => {
    const known = new Set(fields(settingsSchema).map(({ path }) => path));
    const texts = await Promise.all(names.map((name) => readFile(join(examples, name), 'utf8')));
    const seen = new Set(texts.flatMap((text) => mentioned(parse(text), known)));
    expect([...known].filter((path) => !seen.has(path))).toEqual([]);
  });

  it('begin by saying what they are about', async () => {
    for (const name of names) expect(await readFile(join(examples, name), 'utf8')).toMatch(/^#/);
  });
});

describe('docs/configuration.md', () => {
  it('is what the schema and the examples say', async () => {
    const check = promisify(execFile)(process.execPath, [join(root, 'scripts/configuration.mjs'), '--check']);
    await expect(check).resolves.toMatchObject({ stderr: '' });
  });

  it('describes every key', () => {
    const silent = fields(settingsSchema).filter(({ field }) => field.about === '');
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});
