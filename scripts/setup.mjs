// Makes `npm start` and `npm test` install what is missing. Runs before them on Node 18 or later, with nothing installed:
// no dependencies here, and no syntax that Node 18 does not know.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './setup/alone.mjs';
import { ensurePackages, whyInstall } from './setup/packages.mjs';
import { ensurePage, isPageBuilt } from './setup/page.mjs';
import { ensureProgram, isProgramBuilt } from './setup/program.mjs';
import { ensureTools } from './setup/tools.mjs';
import { CannotGoOn } from './setup/words.mjs';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const goal = process.argv[2];

const isReady = () => whyInstall(root) === undefined && isPageBuilt(root) && isProgramBuilt(root);

async function setUp() {
  if (goal !== 'start' && goal !== 'test') throw new CannotGoOn('Usage: node scripts/setup.mjs start|test', 2);
  // Nothing to do is nothing to wait for, nor to write: a folder that another account keeps does as well.
  if (goal === 'start' && isReady()) return;
  await alone(root, async () => {
    await ensurePackages(root);
    await ensurePage(root);
    await ensureProgram(root);
    if (goal === 'test') await ensureTools(process.env);
  });
}

setUp().catch((error) => {
  console.error(error instanceof CannotGoOn ? error.message : error);
  process.exitCode = error instanceof CannotGoOn ? error.exitCode : 1;
});
