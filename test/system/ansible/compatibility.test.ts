import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { whyNoHosts } from '../../support/nspawn/programs.ts';
import { compatibilityPage } from './compatibility.ts';

const page = join(resolve(import.meta.dirname, '../../..'), 'docs/ansible-compatibility.md');

test.skipIf(whyNoHosts() !== undefined)('the page on compatibility says what there is', async () => {
  const written = await readFile(page, 'utf8');
  expect(written, 'run `node scripts/compatibility.mjs`').toBe(await compatibilityPage());
});
