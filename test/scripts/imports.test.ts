import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { importsOf } from '../../scripts/imports/parse.mjs';
import { complaints } from '../../scripts/imports.mjs';

/** What the lint says about a checkout of these files. */
async function said(files: Record<string, string>) {
  const root = await mkdtemp(join(tmpdir(), 'imports-test-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return complaints(root);
}

const one = (from: string, specifier: string, names = '{ a }') =>
  said({ [from]: `import ${names} from '${specifier}';\n` });

describe('the import rules', () => {
  it.each([
    ['src/policy/a.ts', '#core/b.ts'],
    ['src/commands/a.ts', '#audit/b.ts'],
    ['src/runs/a.ts', '#playbook/b.ts'],
    ['src/app/a.ts', '#store/sqlite/open.ts'],
    ['src/store/sqlite/a.ts', '../schema.ts'],
    ['src/store/a.ts', 'node:sqlite'],
    ['src/settings/a.ts', 'yaml'],
    ['src/core/a.ts', 'node:crypto'],
    ['src/core/a.ts', 'fastest-levenshtein'],
    ['src/kit/a.ts', 'zod'],
    ['plugins/status/index.ts', '#kit'],
    ['plugins/status/index.ts', './figures.ts'],
    ['plugins/status/index.ts', 'node:os'],
    ['plugins/status/index.test.ts', '#testing'],
    ['plugins/status/index.test.ts', 'vitest'],
    ['src/chat/console/page/a.tsx', 'preact/hooks'],
    ['src/chat/console/page/views/a.tsx', '../state.ts'],
  ])('let %s import %s', async (from, specifier) => {
    expect(await one(from, specifier)).toEqual([]);
  });

  it.each([
    ['src/ssh/a.ts', '#store/b.ts', 'an edge knows core alone'],
    ['src/chat/a.ts', '#commands/b.ts', 'an edge knows core alone'],
    ['src/harbour/a.ts', '#ssh/quote.ts', 'an edge knows core alone'],
    ['src/runs/a.ts', '#ssh/b.ts', 'runs never imports the edge ssh'],
    ['src/policy/a.ts', '#audit/b.ts', 'policy imports core only'],
    ['src/commands/a.ts', '#app/b.ts', 'nothing imports app'],
    ['src/core/a.ts', '#kit/b.ts', 'core imports nothing of ours'],
    ['src/core/a.ts', 'zod', 'core imports nothing of ours'],
    ['src/policy/a.ts', '../core/b.ts', 'write #core/b.ts'],
    ['src/policy/a.ts', '#policy/b.ts', 'within a room imports are relative'],
    ['src/helpers/a.ts', '#core/b.ts', 'src/helpers is not a room'],
    ['src/runs/a.ts', 'kysely', 'the only one that knows SQL'],
    ['src/audit/a.ts', 'node:sqlite', 'the only one that knows SQL'],
    ['src/runs/a.ts', 'ssh2', 'src/ssh and src/harbour only'],
    ['src/app/a.ts', '#test/support/b.ts', 'imports nothing of test/'],
    ['plugins/status/index.ts', '#core/text.ts', 'a plugin imports #kit'],
    ['plugins/status/index.ts', '../logs/index.ts', 'a plugin imports #kit'],
    ['plugins/status/index.ts', 'zod', 'a plugin imports #kit'],
    ['plugins/status/index.ts', '#testing', 'a plugin imports #kit'],
    ['examples/echo/index.ts', '../../src/app/x.ts', 'a plugin imports #kit'],
    ['src/chat/console/page/a.tsx', '#core/text.ts', 'runs in a browser'],
    ['src/chat/console/page/a.tsx', 'node:fs', 'runs in a browser'],
    ['src/chat/console/page/a.tsx', '../routes.ts', 'runs in a browser'],
  ])('stop %s importing %s, and say why', async (from, specifier, why) => {
    const lines = await one(from, specifier);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${from}:1 imports ${specifier}: `);
    expect(lines[0]).toContain(why);
  });

  it('let the console page take types of the wire shapes and of core, in both spellings', async () => {
    for (const names of ['type { A }', '{ type A, type B }']) {
      expect(await one('src/chat/console/page/a.ts', '../protocol.ts', names)).toEqual([]);
      expect(await one('src/chat/console/page/a.ts', '#core/card.ts', names)).toEqual([]);
    }
    expect(await one('src/chat/console/page/a.ts', '#core/card.ts', '{ type A, b }')).toHaveLength(1);
  });

  it('leave tests and scripts free', async () => {
    expect(
      await said({ 'test/x/a.test.ts': "import '#store/a.ts';", 'scripts/a.mjs': "import '../src/app/a.ts';" }),
    ).toEqual([]);
  });

  it('find a circle between folders, and leave one within a folder alone', async () => {
    const lines = await said({
      'src/runs/one/a.ts': "import { b } from '../two/b.ts';",
      'src/runs/two/b.ts': "import { c } from './c.ts';",
      'src/runs/two/c.ts': "import { A } from '../one/a.ts';",
      // Types alone are gone when the program runs.
      'src/runs/one/d.ts': "import { e } from '../two/e.ts';",
      'src/runs/two/e.ts': "import type { D } from '../one/d.ts';",
      'src/audit/a.ts': "import './b.ts';",
      'src/audit/b.ts': "import './a.ts';",
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('src/runs/one/a.ts → src/runs/two/b.ts → src/runs/two/c.ts → src/runs/one/a.ts');
  });
});

describe('importsOf', () => {
  it('reads every form of import, over several lines, with its line', () => {
    const text = `import './effect.ts';
import a, { b } from "./b.ts";
import {
  type C,
  d,
} from './d.ts';
import type { E } from './e.ts';
export * from './f.ts';
export * as g from './g.ts';
export { type H } from './h.ts';
const late = await import('./late.ts');
`;
    expect(importsOf(text)).toEqual([
      { line: 1, specifier: './effect.ts', typeOnly: false },
      { line: 2, specifier: './b.ts', typeOnly: false },
      { line: 3, specifier: './d.ts', typeOnly: false },
      { line: 7, specifier: './e.ts', typeOnly: true },
      { line: 8, specifier: './f.ts', typeOnly: false },
      { line: 9, specifier: './g.ts', typeOnly: false },
      { line: 10, specifier: './h.ts', typeOnly: true },
      { line: 11, specifier: './late.ts', typeOnly: false },
    ]);
  });

  it('takes nothing from comments and plain code', () => {
    const text = `/** import { x } from './x.ts' */
// import './y.ts';
export const from = 'a';
const words = ['important', 'exported'];
`;
    expect(importsOf(text)).toEqual([]);
  });
});
