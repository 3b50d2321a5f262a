import type { Json, JsonObject } from '#core/json.ts';
import type { Quote } from '#core/ssh.ts';
import { factsProbe, readSetup } from '#playbook/facts.ts';
import type { Play, Task } from '#playbook/tree.ts';
import { endOfThrown } from './failures.ts';
import { noFacts } from './host-facts.ts';
import type { HostState } from './host-state.ts';
import type { ExecutionLimits } from './limits.ts';
import { count } from './recap.ts';
import type { Remote } from './remote.ts';
import type { StepEnd, StepName } from './reporter.ts';
import { eachOf } from './waiting.ts';
import type { Walk } from './walk.ts';

/** Names that look like facts and are known without asking. */
const known = [
  'check_mode',
  'play_name',
  'play_hosts',
  'host',
  'port',
  'user',
  'connection',
  'become(?:_\\w+)?',
  'ssh_\\w+',
  'private_key_file',
  'python_interpreter',
  'loop_var',
  'loop',
  'version',
  'diff_mode',
  'verbosity',
];

const usesFact = new RegExp(`\\bansible_(?!(?:${known.join('|')})\\b)[a-z]`);

/** True when a text uses a fact of the host. */
export const mentionsFacts = (text: string): boolean => usesFact.test(text);

/** True when a template somewhere in a value uses a fact of the host. */
export const templatesMentionFacts = (value: Json): boolean => {
  if (typeof value === 'string') return value.includes('{{') && mentionsFacts(value);
  return value !== null && typeof value === 'object' && Object.values(value).some(templatesMentionFacts);
};

/** Gathers the facts of hosts whose play wants them: once per host, and only when something uses one. */
export async function gatherFacts(
  walk: Walk,
  play: Play,
  states: readonly HostState[],
  playNumber: number,
): Promise<void> {
  const all = mentionsFacts(JSON.stringify(play));
  const missing = states.filter((state) => state.gathered === undefined && (all || walk.inventoryUsesFacts(state)));
  if (missing.length === 0) return;
  walk.reporter.task(stepId(playNumber), 'Gathering Facts', false);
  await eachOf(missing, walk.limits.hostsAtOnce, (state) => gatherAsStep(walk, play, state, playNumber));
}

const stepId = (playNumber: number): string => `${playNumber}.0`;

async function gatherAsStep(walk: Walk, play: Play, state: HostState, playNumber: number): Promise<void> {
  const host = state.host.name;
  const name: StepName = { host, id: stepId(playNumber), task: 'Gathering Facts', module: 'setup', noLog: false };
  walk.reporter.began(name);
  const end = await gathered(walk, play, state, name);
  state.counts = count(state.counts, end.state);
  if (end.state !== 'ok') state.taking = false;
  walk.reporter.ended(name, end);
}

async function gathered(walk: Walk, play: Play, state: HostState, name: StepName): Promise<StepEnd> {
  try {
    const asking = { ...walk, signal: walk.control.now };
    state.gathered = await readHostFacts(state.host.name, walk.remote(state.host), asking);
    return { state: 'ok', differences: [], result: { changed: false }, changed: false };
  } catch (thrown) {
    return endOfThrown(walk, { state, play, task: noTask(play), name, more: {} }, thrown, false);
  }
}

/** The task a play's own gathering stands for. */
const noTask = (play: Play): Task => ({
  id: '',
  name: { value: 'Gathering Facts', at: play.at },
  module: 'setup',
  args: {},
  when: [],
  loopVar: 'item',
  notify: [],
  listen: [],
  vars: {},
  noLog: false,
  tags: [],
  at: play.at,
});

/** The host's facts as variables. Throws a Fault when it does not give them. */
export async function readHostFacts(
  host: string,
  remote: Remote,
  { quote, limits, signal }: { readonly quote: Quote; readonly limits: ExecutionLimits; readonly signal: AbortSignal },
): Promise<JsonObject> {
  const output = await remote.read(factsProbe(quote), { signal, timeoutMs: limits.probeMs });
  if (output.code !== 0) throw noFacts(host, output.code);
  return readSetup(output);
}

/** Facts as `ansible_facts` holds them: without the prefix. */
export const unprefixed = (facts: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name.replace(/^ansible_/, ''), value]));
