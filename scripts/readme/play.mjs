import { join } from 'node:path';
import { checkOf } from './blocks.mjs';
import { readyIn, runIn, startBot } from './place.mjs';

/** The promise of the README: from nothing to an open console, the downloads included. */
const firstStartSeconds = 60;

/** Does what a block says in a place; the complaints. */
export async function playBlock(place, block, root) {
  const check = checkOf(block);
  if (check === undefined) return [];
  const plays = { start: playStart, commands: playCommand, say: playOrder };
  for (const { exit = check.exit, ...rest } of block.steps) {
    const step = { ...rest, exit };
    const complaint = await plays[check.kind](place, step, { root, actor: check.actor });
    if (complaint !== undefined) return [`line ${step.line}: \`${step.words}\` ${complaint}`];
  }
  return [];
}

async function playStart(place, step, { root }) {
  const clone = /^git clone \S+(?: (\S+))?$/.exec(step.words);
  if (clone !== null)
    return verdict(step, await runIn(place, 'git', ['clone', '--quiet', root, clone[1] ?? 'quarterdeck']));
  const cd = /^cd (\S+)$/.exec(step.words);
  if (cd !== null) {
    place.cwd = join(place.cwd, cd[1]);
    return undefined;
  }
  if (!/^(npm start|bin\/quarterdeck start)$/.test(step.words)) return playCommand(place, step);
  startBot(place, step.words);
  const { took, why } = await readyIn(place, firstStartSeconds);
  if (why !== undefined) return `did not start the bot: ${why}. It said:\n${place.bot.output.slice(-2000)}`;
  console.log(`the bot was ready ${took.toFixed(1)} s after \`${step.words}\``);
  return undefined;
}

const playCommand = async (place, step) => verdict(step, await runIn(place, step.words));

/** An order as a person types it: a whole line, never a shell word. */
async function playOrder(place, step, { actor }) {
  const as = actor === undefined ? [] : ['--as', actor];
  return verdict(step, await runIn(place, 'bin/quarterdeck', ['say', step.words, ...as, '--yes', '--wait', '60']));
}

function verdict({ exit, says }, { code, output }) {
  if (code !== exit) return `exited with ${code}, not ${exit}. It said:\n${output.slice(-2000)}`;
  if (says !== undefined && !output.includes(says)) return `did not say "${says}". It said:\n${output.slice(-2000)}`;
  return undefined;
}
