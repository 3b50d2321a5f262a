// Does what README.md tells a newcomer to do, in a fresh clone, and complains about every line that does not hold.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { blocksOf, wrongBlocks } from './readme/blocks.mjs';
import { closePlace, openPlace, stopBot } from './readme/place.mjs';
import { playBlock } from './readme/play.mjs';

/** All complaints about a page of commands, done against a clone of `root`; nothing may outlive the bot by `graceMs`. */
export async function complaintsAbout(markdown, root, graceMs = 15_000) {
  const blocks = blocksOf(markdown);
  const wrong = wrongBlocks(blocks);
  if (wrong.length > 0) return wrong;
  const place = await openPlace();
  try {
    for (const block of blocks) {
      const complaints = await playBlock(place, block, root);
      if (complaints.length > 0) return complaints; // what follows builds on it
    }
    const left = await stopBot(place, graceMs);
    return left.length === 0 ? [] : [`the bot was stopped, and these processes outlived it: ${left.join(', ')}`];
  } finally {
    await stopBot(place, graceMs);
    await closePlace(place);
  }
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const page = process.argv[2] ?? 'README.md';
  const complaints = await complaintsAbout(await readFile(join(root, page), 'utf8'), root);
  for (const line of complaints) console.error(`${page}, ${line}`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}
