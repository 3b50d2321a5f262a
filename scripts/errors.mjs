// Writes docs/errors.md from the catalogue of error codes; with --check it only says whether it is up to date.
// Needs Node 24.
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorCodes } from '../src/core/error-codes.ts';

const target = join(resolve(import.meta.dirname, '..'), 'docs/errors.md');

const cell = (text) => text.replaceAll('|', '\\|');
const byName = ([one], [other]) => (one < other ? -1 : 1);

const row = ([code, { means, next = '', retryable }]) =>
  `| \`${code}\` | ${cell(means)} | ${cell(next)} | ${retryable ? 'yes' : ''} |`;

const section = ([room, codes]) => [
  '',
  `## ${room}`,
  '',
  '| code | meaning | what to do | may be tried again |',
  '|---|---|---|---|',
  ...Object.entries(codes).sort(byName).map(row),
];

const page = [
  '# Error codes',
  '',
  'Every refusal has a code: in the answers of the [HTTP API](http-api.md) it is `code`, of an order, a run or a step',
  '`refusal.code`, in the audit `details.code`. Codes are stable: programs go by them, never by the words. The sentence',
  'of a refusal names the host, the file or the line, in English or French; here is what is the same every time.',
  '',
  '“May be tried again”: the same thing, unchanged, may succeed later (`retryable` in a refusal). A refusal that another',
  'version said or stored may have a code that is not listed here. Codes are grouped by the room of `src/` they are about.',
  ...Object.entries(errorCodes).sort(byName).flatMap(section),
  '',
  'Made from the catalogue in `src/core/error-codes` by `node scripts/errors.mjs`; a test checks that it is up to date.',
  '',
].join('\n');

if (!process.argv.includes('--check')) await writeFile(target, page);
else if ((await readFile(target, 'utf8')) !== page) {
  console.error('docs/errors.md is not what the catalogue says: run `node scripts/errors.mjs`.');
  process.exit(1);
}
