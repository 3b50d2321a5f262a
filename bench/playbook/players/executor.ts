// The process of `warm.mjs`: the executor of a bot, made as the bot makes it.
import type { ExecutorSettings } from '#app/executor-options.ts';
import { separateExecutor } from '#app/separate-executor.ts';
import { silentLog } from '#core/log.ts';
import type { Recap } from '#core/run.ts';
import { playOnWord } from '../cost/on-word.mjs';

const given: { readonly playbook: string; readonly executor: ExecutorSettings } = JSON.parse(process.argv[2] ?? '{}');
const executor = separateExecutor(() => given.executor, silentLog);
const never = new AbortController().signal;
let played = 0;

async function play(): Promise<Recap> {
  played += 1;
  const request = { playbook: given.playbook, vars: {}, locks: [] };
  const job = { key: `bench-${process.pid}-${played}`, request, done: [] };
  const { state, recap, refusal } = await executor.apply(job, () => undefined, { boundary: never, now: never });
  if (state !== 'done') throw new Error(`the run ended as ${state}: ${JSON.stringify(refusal ?? recap)}`);
  return recap;
}

playOnWord(play, () => executor.close());
