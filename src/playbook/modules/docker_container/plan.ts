import { at, textOf } from '../docker/engine.ts';
import type { FoundDifference, ModulePlan } from '../module.ts';
import type { ContainerArgs } from './arguments.ts';
import { differs, type Joining, joining, remakes, updates } from './compare.ts';
import type { ContainerState } from './probe.ts';

/** What is to be done, in this order. */
export interface Work {
  readonly remove: boolean;
  /** The image is fetched first; with `maybe`, only the run tells whether it is another one. */
  readonly pull: 'no' | 'yes' | 'maybe';
  readonly make: boolean;
  readonly update: boolean;
  readonly joining: Joining;
  readonly order?: 'start' | 'restart' | 'stop';
  readonly pause?: boolean;
  readonly differences: readonly FoundDifference[];
}

const nothing: Work = {
  remove: false,
  pull: 'no',
  make: false,
  update: false,
  joining: { join: [], leave: [] },
  differences: [],
};

const statusOf = (state: ContainerState): string => textOf(at(state.container, 'State', 'Status') ?? 'absent');
const runs = (state: ContainerState): boolean => at(state.container, 'State', 'Running') === true;

const imageDifferences = (args: ContainerArgs, state: ContainerState): readonly FoundDifference[] => {
  if (args.image === undefined || args.comparisons.image === 'ignore') return [];
  const [present, wanted] = [at(state.container, 'Image'), at(state.image, 'Id')];
  if (present !== wanted) return [differs(args, 'image', present, wanted ?? args.image)];
  const name = at(state.container, 'Config', 'Image');
  return args.renamed && name !== args.image ? [differs(args, 'image name', name, args.image)] : [];
};

const pullOf = (args: ContainerArgs, state: ContainerState): Work['pull'] => {
  if (args.image === undefined || args.pull === 'never') return 'no';
  if (state.image === undefined) return 'yes';
  return args.pull === 'always' ? 'maybe' : 'no';
};

const pullDifferences = (args: ContainerArgs, pull: Work['pull']): readonly FoundDifference[] => {
  const subject = `image ${args.image}`;
  if (pull === 'yes') return [{ subject, aspect: 'state', before: 'absent', after: 'present' }];
  return pull === 'maybe' ? [{ subject, aspect: 'asks', before: false, after: 'its newest', reads: true }] : [];
};

const running = (
  args: ContainerArgs,
  state: ContainerState,
  made: boolean,
): Pick<Work, 'order' | 'pause' | 'differences'> => {
  const before = made ? 'created' : statusOf(state);
  const alive = !made && runs(state);
  const paused = !made && at(state.container, 'State', 'Paused') === true;
  if (args.state === 'stopped' && alive)
    return { order: 'stop', differences: [differs(args, 'state', before, 'stopped')] };
  if (args.state !== 'started') return { differences: [] };
  const pause = args.paused === undefined || args.paused === paused ? undefined : args.paused;
  const pausing = pause === undefined ? [] : [differs(args, 'paused', paused, pause)];
  const more = pause === undefined ? {} : { pause };
  if (!alive) return { order: 'start', ...more, differences: [differs(args, 'state', before, 'started'), ...pausing] };
  if (!args.restart) return { ...more, differences: pausing };
  return { order: 'restart', ...more, differences: [differs(args, 'state', before, 'restarted'), ...pausing] };
};

const joiningDifferences = (args: ContainerArgs, { join, leave }: Joining): readonly FoundDifference[] => {
  const again = new Set(join.map((one) => one.name));
  const how = (name: string): string => (leave.includes(name) ? 'joined otherwise' : 'absent');
  return [
    ...join.map(({ name, ipv4, ipv6, aliases, links }) => ({
      ...differs(args, `network ${name}`, how(name), 'joined'),
      sealed: [ipv4 ?? '', ipv6 ?? '', ...aliases, ...links],
    })),
    ...leave.filter((name) => !again.has(name)).map((name) => differs(args, `network ${name}`, 'joined', 'absent')),
  ];
};

const makeWork = (args: ContainerArgs, state: ContainerState): Work => {
  const pull = pullOf(args, state);
  const began = running(args, state, true);
  return {
    ...nothing,
    ...began,
    pull,
    make: true,
    differences: [
      ...pullDifferences(args, pull),
      { ...differs(args, 'state', 'absent', 'created'), sealed: [args.image ?? '', JSON.stringify(args)] },
      ...began.differences,
    ],
  };
};

const keepWork = (args: ContainerArgs, state: ContainerState): Work => {
  const pull = pullOf(args, state);
  const why = [...imageDifferences(args, state), ...remakes(args, state)];
  if (why.length > 0 || args.recreate) {
    const made = makeWork(args, state);
    const [again, ...after] = made.differences.filter((one) => one.subject.startsWith('container '));
    const remade = again === undefined ? [] : [{ ...again, before: statusOf(state), after: 'created anew' }];
    return { ...made, remove: true, differences: [...pullDifferences(args, pull), ...why, ...remade, ...after] };
  }
  const changed = updates(args, state);
  const networks = joining(args, state);
  const began = running(args, state, false);
  return {
    ...nothing,
    ...began,
    pull,
    update: changed.length > 0,
    joining: networks,
    differences: [
      ...pullDifferences(args, pull),
      ...changed,
      ...joiningDifferences(args, networks),
      ...began.differences,
    ],
  };
};

/** What is to be done about a container. */
export const workOf = (args: ContainerArgs, state: ContainerState): Work => {
  if (args.state === 'absent')
    return state.container === undefined
      ? nothing
      : { ...nothing, remove: true, differences: [differs(args, 'state', statusOf(state), 'absent')] };
  return state.container === undefined ? makeWork(args, state) : keepWork(args, state);
};

const failureOf = (args: ContainerArgs, state: ContainerState): string | undefined => {
  if (state.failed !== undefined || args.state === 'absent') return state.failed;
  if (state.container === undefined && args.image === undefined)
    return 'Cannot create container when image is not specified!';
  if (args.image !== undefined && args.pull === 'never' && state.image === undefined)
    return `Cannot find image with name ${args.image}, and pull=never`;
  return undefined;
};

/** Compares what is there with what is wanted. */
export const planContainer = (args: ContainerArgs, state: ContainerState): ModulePlan => {
  const failed = failureOf(args, state);
  if (failed !== undefined) return { differences: [], result: { msg: failed }, failed };
  const work = workOf(args, state);
  return {
    differences: work.differences,
    result: args.state === 'absent' ? {} : { container: state.container ?? null },
    ...(work.pull === 'maybe' && { unknown: true }),
  };
};
