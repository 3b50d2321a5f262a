import { noEdges } from '#audit/redact.ts';
import { Fault, refusalOf } from '#core/errors.ts';
import type { HostFacts } from '#core/facts.ts';
import { type Text, t } from '#core/text.ts';
import { factsProbe, readFacts } from '#playbook/facts.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import { createAnswers, createCalm } from './ahead.ts';
import type { Connections } from './connections.ts';
import type { ExecutionLimits } from './limits.ts';
import type { ExecutorOptions } from './options.ts';
import { createRemote } from './remote.ts';
import { eachOf } from './waiting.ts';

/** What asking needs. */
export interface Asking {
  readonly options: ExecutorOptions;
  readonly limits: ExecutionLimits;
  readonly connections: Connections;
}

/** The facts of the hosts, in the order of the names; one that does not answer is told as unreachable, with the reason. */
export async function readAllFacts(
  names: readonly string[],
  signal: AbortSignal,
  asking: Asking,
): Promise<readonly HostFacts[]> {
  const inventory = await asking.options.inventory();
  const found = new Map<string, HostFacts>();
  await eachOf(names, asking.limits.hostsAtOnce, async (name) => {
    found.set(name, await factsOf(name, inventory, signal, asking));
  });
  return names.flatMap((name) => found.get(name) ?? []);
}

async function factsOf(
  name: string,
  inventory: Inventory,
  signal: AbortSignal,
  { options, limits, connections }: Asking,
): Promise<HostFacts> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(limits.factsMs)]);
  try {
    const host = inventory.host(name);
    if (!host) return unreachable(name, t('It is not in the inventory.', 'Il n’est pas dans l’inventaire.'));
    const remote = createRemote(connections, options.target(host, inventory), {
      lane: 'read',
      signal: deadline,
      answers: createAnswers(createCalm(), { known: false }),
      quote: options.quote,
      edges: options.edges ?? noEdges,
    });
    const output = await remote.read(factsProbe(options.quote), { signal: deadline, timeoutMs: limits.factsMs });
    return readFacts(name, output);
  } catch (thrown) {
    signal.throwIfAborted();
    const refusal = refusalOf(thrown);
    if (!refusal && !deadline.aborted) throw thrown;
    // A question changes nothing: that the connection broke in the middle of it is all there is to know.
    if (refusal?.code === 'ssh.lost') return unreachable(name, t('It answers no more.', 'Il ne répond plus.'));
    const late = t('It did not answer in time.', 'Il n’a pas répondu à temps.');
    return unreachable(name, deadline.aborted || !refusal ? late : refusal.say);
  }
}

const unreachable = (host: string, reason: Text): HostFacts => ({ host, reachable: false, reason });

/** A fault a person may read, for a host whose facts a play needs and that did not give them. */
export const noFacts = (host: string, code: number): Fault =>
  new Fault({
    code: 'step.no_facts',
    say: t(
      `The facts of ${host} could not be read (exit code ${code}).`,
      `Impossible de lire les faits de ${host} (code ${code}).`,
    ),
  });
