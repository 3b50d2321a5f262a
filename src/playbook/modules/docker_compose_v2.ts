import type { JsonObject } from '#core/json.ts';
import { type ComposeArgs, composeArguments, prepareCompose } from './docker_compose_v2/arguments.ts';
import { actionsIn, actionsJson, changes, type Event } from './docker_compose_v2/events.ts';
import { type ComposeState, composeScript, readCompose } from './docker_compose_v2/probe.ts';
import type { Applied, FoundDifference, Module, ModulePlan, ModuleResult } from './module.ts';

const resultOf = ({ said, containers, images }: ComposeState): JsonObject => ({
  actions: actionsJson(actionsIn(said)),
  containers,
  images,
});

/* Things come in whatever order Compose gets to them; of one thing, one after the other. */
const byThing = (actions: readonly Event[]): readonly FoundDifference[] => {
  const things = new Map<string, string[]>();
  for (const { what, id, status } of actions) {
    const subject = `${what} ${id}`;
    things.set(subject, [...(things.get(subject) ?? []), status]);
  }
  return [...things]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([subject, done]) => ({ subject, aspect: 'compose', before: null, after: [...new Set(done)].join(', ') }));
};

const projectOf = (args: ComposeArgs): string =>
  args.name ??
  args.folder
    ?.replace(/\/+$/, '')
    .split('/')
    .at(-1)
    ?.toLowerCase()
    .replace(/[^a-z0-9_-]/g, '') ??
  '';

/* Whether an image becomes another one is known only when it was pulled or built. */
const asks = (args: ComposeArgs): readonly FoundDifference[] => {
  const subject = `images of ${projectOf(args)}`;
  const one = (aspect: string): FoundDifference => ({ subject, aspect, before: null, after: 'newest', reads: true });
  return [...(args.pulls ? [one('pull')] : []), ...(args.builds ? [one('build')] : [])];
};

const plan = (args: ComposeArgs, state: ComposeState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const made = actionsIn(state.said).filter((one) => changes(one, args.ignoresBuilds));
  return { differences: [...byThing(made), ...asks(args)], result: resultOf(state) };
};

const finish = (args: ComposeArgs, made: ModulePlan, applied: Applied): ModuleResult => {
  const now = readCompose(applied, args);
  if (now.failed !== undefined)
    return { result: { ...made.result, ...resultOf(now), msg: now.failed }, changed: false, failed: now.failed };
  return { result: resultOf(now), changed: actionsIn(now.said).some((one) => changes(one, args.ignoresBuilds)) };
};

/** Its files, and all that other tasks may make of its images, networks and containers. */
const subjects = (args: ComposeArgs): readonly string[] => [
  ...(args.folder === undefined ? [] : [args.folder, `${args.folder.replace(/\/+$/, '')}/*`]),
  ...[...args.files, ...args.envFiles].filter((file) => /^[/~]/.test(file)),
  ...['image *', 'network *', 'volume *', `container ${projectOf(args)}*`],
];

/** A project of Docker Compose: up, stopped, started again or gone. */
export const dockerComposeV2: Module<ComposeArgs, ComposeState> = {
  name: 'docker_compose_v2',
  args: composeArguments,
  freeForm: 'kv',
  prepare: prepareCompose,
  probe: (args, quote) => composeScript(args, true, quote),
  read: readCompose,
  plan,
  subjects,
  apply: (args, _state, made, quote) =>
    made.differences.length === 0 ? undefined : { script: composeScript(args, false, quote) },
  finish: (args, _state, made, applied) => finish(args, made, applied),
};
