import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFile(join(root, path), 'utf8');

const pages = [
  ...(await readdir(root)).filter((name) => name.endsWith('.md')),
  ...(await readdir(join(root, 'docs'), { recursive: true }))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The words of the design: these, and only these, in names. */
const words =
  `actor chat channel thread message card action command question change order plugin capability playbook play
task module handler role inventory host group facts vault plan difference drift run step permission rule confirmation
approval lock alert silence rotation override escalation heartbeat incident timeline schedule slot report secret`.split(
    /\s+/,
  );

describe('the documentation', () => {
  it.each(pages)('%s links to nothing that is not there', async (page) => {
    const links = [...(await read(page)).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = '']) => link);
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(own.filter((link) => !existsSync(resolve(root, dirname(page), link)))).toEqual([]);
  });

  it('defines every word of the design, each once, in one sentence', async () => {
    const defined = [...(await read('docs/glossary.md')).matchAll(/^- \*\*([^*]+)\*\*: \S/gm)].map(([, word]) => word);
    expect([...words, 'alert group', 'audit entry'].filter((word) => !defined.includes(word))).toEqual([]);
    expect(defined.filter((word, index) => defined.indexOf(word) < index)).toEqual([]);
  });

  it('gives a reason for every dependency', async () => {
    const manifest = JSON.parse(await read('package.json')) as Record<string, Record<string, string>>;
    const names = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((key) =>
      Object.keys(manifest[key] ?? {}),
    );
    const record = await read('docs/decisions/0005-libraries.md');
    expect(names.filter((name) => !record.includes(`\`${name}\``))).toEqual([]);
  });

  it('lists every decision', async () => {
    const list = await read('docs/decisions/README.md');
    const records = (await readdir(join(root, 'docs/decisions'))).filter((name) => /^\d{4}-/.test(name));
    expect(records.filter((name) => !list.includes(`(${name})`))).toEqual([]);
  });
});
