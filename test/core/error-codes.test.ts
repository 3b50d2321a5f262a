import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Meaning } from '#core/error-codes/meaning.ts';
import { errorCodes } from '#core/error-codes.ts';
import { isErrorCode, refused } from '#core/errors.ts';

const root = resolve(import.meta.dirname, '../..');

async function sourcesOf(top: string) {
  const names = (await readdir(join(root, top), { recursive: true }))
    .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !name.endsWith('.test.ts'))
    .filter((name) => !name.startsWith('core/error-codes'));
  return Promise.all(
    names.map(async (name) => ({ path: `${top}/${name}`, text: await readFile(join(root, top, name), 'utf8') })),
  );
}

const sources = [...(await sourcesOf('src')), ...(await sourcesOf('plugins'))];

const catalogue: ReadonlyMap<string, Meaning> = new Map(
  Object.values<Readonly<Record<string, Meaning>>>(errorCodes).flatMap((codes) => Object.entries(codes)),
);

/** Each refusal written out in a source: its code, and the text from there to the end of its literal. */
const written = sources.flatMap(({ path, text }) =>
  [...text.matchAll(/\bcode: (?:[^,;\n]*\? )?'([a-z]+\.[a-z_-]+)'/g)].map(({ 1: code = '', index }) => ({
    code,
    literal: restOfLiteral(text.slice(index)),
    place: `${path}: ${code}`,
  })),
);

function restOfLiteral(text: string): string {
  let depth = 0;
  for (const [at, sign] of [...text].entries()) {
    if ('{(['.includes(sign)) depth += 1;
    if ('})]'.includes(sign)) depth -= 1;
    if (depth < 0) return text.slice(0, at);
  }
  return text;
}

/** Where a code is only recognised, nobody makes it. */
const withoutRecognising = (text: string): string =>
  text.replace(/[!=]== '[^']*'/g, '').replace(/new Set(?:<\w+>)?\(\[[^\]]*\]\)/g, '');

const makers = sources.map(({ path, text }) => ({ path, text: withoutRecognising(text) }));

/** The codes that are put together, such as `template.${kind}`: their first words, and the folder where the endings are. */
const composed = makers.flatMap(({ path, text }) =>
  [...text.matchAll(/code: `([a-z]+)\.\$\{/g)].map(({ 1: word = '' }) => ({ word, folder: dirname(path) })),
);

const isMade = (code: string): boolean => {
  const [word = '', ending = ''] = code.split('.');
  const folders = composed.filter((one) => one.word === word).map(({ folder }) => folder);
  return makers.some(
    ({ path, text }) =>
      text.includes(`'${code}'`) ||
      folders.some((folder) => path.startsWith(`${folder}/`) && text.includes(`'${ending}'`)),
  );
};

describe('the catalogue of error codes', () => {
  it('holds every code that is used, in the bot, its page and its plugins', () => {
    expect(written.length).toBeGreaterThan(200);
    expect(written.filter(({ code }) => !catalogue.has(code)).map(({ place }) => place)).toEqual([]);
  });

  it('holds no code that nobody makes', () => {
    expect(composed.map(({ word }) => word)).toContain('template');
    expect([...catalogue.keys()].filter((code) => !isMade(code))).toEqual([]);
  });

  it('says what may be tried again as the refusals do', () => {
    const differing = written
      .filter(({ literal }) => /\bsay\b/.test(literal))
      .filter(({ code, literal }) => literal.includes('retryable: true') !== (catalogue.get(code)?.retryable === true));
    // A step that was lost with its connection takes the rest of its refusal from that of the connection.
    expect(differing.map(({ place }) => place)).toEqual(['src/runs/execute/failures.ts: step.lost']);
  });

  it('names each code in one way, and once', () => {
    const codes = Object.values(errorCodes).flatMap((room) => Object.keys(room));
    expect(codes.filter((code) => !isErrorCode(code))).toEqual([]);
    expect(codes.length).toBe(new Set(codes).size);
  });

  it('speaks in whole sentences', () => {
    const sentences = [...catalogue.values()].flatMap(({ means, next }) => [
      means,
      ...(next === undefined ? [] : [next]),
    ]);
    expect(sentences.filter((sentence) => !/^[\p{Lu}`].*[.]$/u.test(sentence))).toEqual([]);
  });

  it('lets no code be misspelt', () => {
    // @ts-expect-error: no such code. TypeScript fails here (`npm test -- types`) when it would be taken.
    refused({ code: 'ssh.lots', say: 'The connection broke.' });
  });
});

describe('docs/errors.md', () => {
  it('is what the catalogue says', async () => {
    const check = promisify(execFile)(process.execPath, [join(root, 'scripts/errors.mjs'), '--check']);
    await expect(check).resolves.toMatchObject({ stderr: '' });
  });
});
