// Writes docs/configuration.md from the schema and config/examples; with --check it only says whether it is up to date.
// Needs Node 24.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { settingsReference } from '../src/settings/reference.ts';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'config/examples');
const target = join(root, 'docs/configuration.md');

const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
const examples = names.map(async (name) => ({ name, yaml: await readFile(join(folder, name), 'utf8') }));
const page = settingsReference(await Promise.all(examples));

if (!process.argv.includes('--check')) await writeFile(target, page);
else if ((await readFile(target, 'utf8')) !== page) {
  console.error(
    'docs/configuration.md is not what the schema and the examples say: run `node scripts/configuration.mjs`.',
  );
  process.exit(1);
}
