import type { Json, JsonObject } from '#core/json.ts';
import type { Quote } from '#core/ssh.ts';
import { readSetup, setupProbe } from '#playbook/setup/setup.ts';
import { type Play, type Task, tasksOf } from '#playbook/tree.ts';
import { endOfThrown } from './failures.ts';
import type { PlayGoing } from './going.ts';
import { noFacts } from './host-facts.ts';
import { type HostState, leave } from './host-state.ts';
import type { ExecutionLimits } from './limits.ts';
import { count } from './recap.ts';
import type { Remote } from './remote.ts';
import type { StepEnd, StepName } from './reporter.ts';
import { eachOf } from './waiting.ts';
import type { Walk } from './walk.ts';

/** Names that look like facts and are known without asking. */
const known = [
  'check_mode',
  'managed',
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

/**
 * Gathers the facts of hosts whose play wants them: once per host, and only when something uses one. The recap counts it
 * all the same, as Ansible's does.
 */
export async function gatherFacts(walk: Walk, going: PlayGoing, states: readonly HostState[]): Promise<void> {
  const all = playUsesFacts(going.play);
  const missing = states.filter((state) => state.gathered === undefined && (all || walk.inventoryUsesFacts(state)));
  for (const state of states) {
    if (missing.includes(state)) continue;
    state.counts = count(state.counts, 'ok');
    if (state.gathered === undefined) state.assumedFacts += 1;
  }
  if (missing.length === 0) return;
  walk.reporter.task(stepId(going.number), 'Gathering Facts', false);
  await eachOf(missing, walk.limits.hostsAtOnce, (state) => gatherAsStep(walk, going, state));
}

const usesFacts = new WeakMap<Play, boolean>();

/** True when something in a play uses a fact, or may: nobody knows what an include brings in. */
function playUsesFacts(play: Play): boolean {
  const known = usesFacts.get(play);
  if (known !== undefined) return known;
  const tasks = [...play.sections.flatMap((section) => [...tasksOf(section)]), ...play.handlers];
  const uses =
    tasks.some((task) => task.include !== undefined || mentionsFacts(JSON.stringify({ ...task, role: undefined }))) ||
    mentionsFacts(JSON.stringify([play.vars, play.varsFiles, play.roles])) ||
    play.varsFiles.length > 0;
  usesFacts.set(play, uses);
  return uses;
}

const stepId = (playNumber: number): string => `${playNumber}.0`;

async function gatherAsStep(walk: Walk, going: PlayGoing, state: HostState): Promise<void> {
  const host = state.host.name;
  const name: StepName = { host, id: stepId(going.number), task: 'Gathering Facts', module: 'setup', noLog: false };
  walk.reporter.began(name);
  const end = await gathered(walk, going, state, name);
  state.counts = count(state.counts, end.state);
  if (end.state !== 'ok') leave(state, end.state === 'unreachable' ? 'unreachable' : 'failed');
  walk.reporter.ended(name, end);
}

async function gathered(walk: Walk, going: PlayGoing, state: HostState, name: StepName): Promise<StepEnd> {
  try {
    const asking = { ...walk, signal: walk.control.now };
    state.gathered = await readHostFacts(
      state.host.name,
      walk.remote(state.host, accountOfPlay(walk, going), going.play.common.local),
      asking,
    );
    return { state: 'ok', differences: [], result: { changed: false }, changed: false };
  } catch (thrown) {
    const body = { going, more: () => ({}) };
    return endOfThrown(walk, { state, body, task: noTask(going.play), name, more: {} }, thrown, false);
  }
}

/** The play's `remote_user`, where it is no template of something a host says. */
function accountOfPlay(walk: Walk, { play }: PlayGoing): string | undefined {
  const { remoteUser } = play.common;
  const user = remoteUser && walk.language.value(remoteUser, walk.extraScope(play));
  return typeof user === 'string' && user !== '' ? user : undefined;
}

/** The task a play's own gathering stands for. */
const noTask = (play: Play): Task => ({
  ...play.common,
  kind: 'task',
  id: '',
  name: { value: 'Gathering Facts', at: play.at },
  module: 'setup',
  args: {},
  loopControl: { loopVar: 'item', extended: false },
  listen: [],
  noLog: false,
  tags: [],
  file: play.file,
  at: play.at,
});

/** The host's facts as variables. Throws a Fault when it does not give them. */
export async function readHostFacts(
  host: string,
  remote: Remote,
  { quote, limits, signal }: { readonly quote: Quote; readonly limits: ExecutionLimits; readonly signal: AbortSignal },
): Promise<JsonObject> {
  const output = await remote.read(setupProbe(quote), { signal, timeoutMs: limits.probeMs });
  if (output.code !== 0) throw noFacts(host, output.code);
  return readSetup(output);
}

/** Facts as `ansible_facts` holds them: without the prefix. */
export const unprefixed = <Value>(facts: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name.replace(/^ansible_/, ''), value]));
