import { Fault, ok, type Refusal, type Result, refused } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { ChannelClosed, FarError } from './channel.ts';
import type { PluginCall } from './contract.ts';
import type { Gate } from './gate.ts';
import type { Generation } from './generation.ts';
import type { Death } from './isolate.ts';
import type { InsideCall } from './protocol.ts';
import { cancelled, failed, timedOut, unavailable, unknownCommand } from './refusals.ts';
import { checkRefusal } from './shapes.ts';

/** What is asked of a command, and what it needs to know for that. */
export type Asked = PluginCall & Pick<InsideCall, 'what' | 'run' | 'steps'>;

/** How one try ended: with the plugin's text, with a refusal, or with the isolate. */
export type Tried = Result<string | undefined> | { readonly died: Death };

/** What a try needs. */
export interface AttemptOptions {
  readonly gate: Gate;
  readonly seconds: number;
  readonly log: Log;
}

/** Makes one call in one generation, within the time limit; the key it carries dies with it. */
export async function attempt(
  generation: Generation,
  asked: Asked,
  signal: AbortSignal,
  { gate, seconds, log }: AttemptOptions,
): Promise<Tried> {
  const { plugin, command, orderId, ...rest } = asked;
  const described = generation.command(plugin, command);
  if (!described) return refused(unknownCommand(asked));
  const key = gate.open({ plugin, orderId, needs: described.needs });
  const limit = limitOf(asked, signal, seconds);
  const { isolate } = generation;
  const work = isolate.during(plugin, isolate.channel.call('call', { ...rest, plugin, command, key }, limit.signal));
  try {
    const answer = await Promise.race([work, limit.reached]);
    if (isRefusal(answer)) return refused(answer);
    return ok(typeof answer === 'string' ? answer : undefined);
  } catch (thrown) {
    if (thrown instanceof ChannelClosed) return { died: await endOf(generation) };
    return refused(refusalOfThrown(thrown, asked, log));
  } finally {
    gate.close(key);
    limit.clear();
    // Nobody waits for it once the limit was reached; the isolate still counts it.
    work.catch(() => {});
  }
}

const isRefusal = (answer: unknown): answer is Refusal => typeof answer === 'object' && answer !== null;

async function endOf({ isolate }: Generation): Promise<Death> {
  const how = await isolate.over;
  return how === 'ended' ? 'exit' : how;
}

/** A fault of the core passes through; anything else is the plugin's own, told to the log only. */
function refusalOfThrown(thrown: unknown, asked: Asked, log: Log): Refusal {
  const known = thrown instanceof Fault ? checkRefusal(thrown.refusal) : undefined;
  if (known) return known;
  const stack = thrown instanceof FarError ? thrown.farStack : String(thrown);
  log.child({ plugin: asked.plugin }).error({ command: asked.command, stack }, 'the command failed');
  return failed(asked);
}

interface Limit {
  readonly signal: AbortSignal;
  readonly reached: Promise<Refusal>;
  clear(): void;
}

function limitOf(asked: Asked, signal: AbortSignal, seconds: number): Limit {
  const controller = new AbortController();
  const { promise: reached, resolve } = Promise.withResolvers<Refusal>();
  const stop = (refusal: Refusal) => {
    resolve(refusal);
    controller.abort();
  };
  const abort = () => stop(cancelled(asked));
  const timer = setTimeout(() => stop(timedOut(asked, seconds)), seconds * 1000);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    reached,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}

/** The plugins are not there and did not come back in time. */
export const notThere = (asked: Asked): Tried => refused(unavailable(asked));
