import type { Json } from '#core/json.ts';
import { at, dockerBegin, orExit, printed, textOf } from '../docker/engine.ts';
import type { Applied, Apply, ApplyContent, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import type { Attachment, ContainerArgs } from './arguments.ts';
import { firstNetwork, variablesOf } from './compare.ts';
import { containerOptions } from './options.ts';
import { type Work, workOf } from './plan.ts';
import type { ContainerState } from './probe.ts';

/* A file of variables holds one line each; what has more lines goes through the command's own environment. Neither shows in the list of processes. */
const splitVariables = (variables: ReadonlyMap<string, string>) => {
  const all = [...variables];
  const inFile = (value: string): boolean => !/[\r\n]/.test(value) && value.length < 60_000;
  const named = ([name]: readonly [string, string]): boolean =>
    /^[A-Za-z_]\w*$/.test(name) &&
    !/^(?:PATH|HOME|IFS|PWD|ENV|LC_.*|LANG.*|LD_.*|DOCKER_.*|HTTPS?_PROXY|NO_PROXY)$/.test(name);
  return {
    file: all.filter(([, value]) => inFile(value)),
    exported: all.filter((one) => !inFile(one[1]) && named(one)),
    told: all.filter((one) => !inFile(one[1]) && !named(one)),
  };
};

const attachmentWords = (one: Attachment, joins: boolean): readonly string[] => [
  ...(one.ipv4 === undefined ? [] : [`--ip=${one.ipv4}`]),
  ...(one.ipv6 === undefined ? [] : [`--ip6=${one.ipv6}`]),
  ...one.aliases.map((alias) => `${joins ? '--alias' : '--network-alias'}=${alias}`),
  ...one.links.map((link) => `--link=${link}`),
];

const networkWords = (args: ContainerArgs): readonly string[] => {
  const name = firstNetwork(args);
  const first = args.networks?.find((one) => one.name === name);
  return [
    ...(name === undefined ? [] : [`--network=${name}`]),
    ...(first === undefined ? [] : attachmentWords(first, false)),
  ];
};

const optionWords = (args: ContainerArgs, only?: 'updates'): readonly string[] =>
  Object.entries(args.options).flatMap(([name, value]) => {
    const option = containerOptions[name];
    return option === undefined || (only !== undefined && option.updates !== true) ? [] : option.words(value);
  });

const createWords = (args: ContainerArgs, state: ContainerState, image: string): readonly string[] => {
  const [entry, ...rest] = args.entrypoint ?? [];
  const { exported, told } = splitVariables(variablesOf(args, state));
  return [
    `--name=${args.name}`,
    ...networkWords(args),
    ...(args.mac === undefined ? [] : [`--mac-address=${args.mac}`]),
    ...(args.platform === undefined ? [] : [`--platform=${args.platform}`]),
    ...(args.restartPolicy === undefined ? [] : [`--restart=${args.restartPolicy}`]),
    ...(args.stopTimeout === undefined ? [] : [`--stop-timeout=${args.stopTimeout}`]),
    ...exported.map(([name]) => `--env=${name}`),
    ...told.map(([name, value]) => `--env=${name}=${value}`),
    ...optionWords(args),
    ...(args.entrypoint === undefined ? [] : [`--entrypoint=${entry ?? ''}`]),
    '--',
    image,
    ...rest,
    ...(args.command ?? []),
  ];
};

const joinLine = (args: ContainerArgs, one: Attachment, quote: Quote): string =>
  orExit(`dk network connect ${[...attachmentWords(one, true), '--', one.name, args.name].map(quote).join(' ')}`);

const makeLines = (args: ContainerArgs, state: ContainerState, quote: Quote): readonly string[] => {
  const image = args.image ?? textOf(at(state.container, 'Config', 'Image') ?? '');
  const words = createWords(args, state, image).map(quote).join(' ');
  const { file, exported } = splitVariables(variablesOf(args, state));
  const given = file.length > 0 ? ' --env-file="$variables"' : '';
  const exports = exported.map(([name, value]) => `${name}=${quote(value)}; export ${name}; `).join('');
  const first = firstNetwork(args);
  return [
    orExit(`( ${exports}dk create --pull=never${given} ${words} >/dev/null )`),
    ...(args.networks ?? []).filter((one) => one.name !== first).map((one) => joinLine(args, one, quote)),
  ];
};

const stopLine = (args: ContainerArgs, quote: Quote): string => {
  const name = quote(args.name);
  if (args.kill !== undefined) return orExit(`dk kill --signal=${quote(args.kill)} ${name} >/dev/null`);
  return orExit(`dk stop${args.stopTimeout === undefined ? '' : ` --time=${args.stopTimeout}`} ${name} >/dev/null`);
};

const removeLines = (args: ContainerArgs, state: ContainerState, quote: Quote): readonly string[] => [
  ...(at(state.container, 'State', 'Running') === true ? [stopLine(args, quote)] : []),
  /* With --rm it went by itself when it stopped. */
  orExit(
    `{ dk rm${args.keepVolumes ? '' : ' --volumes'} ${quote(args.name)} >/dev/null 2>&1 || ! dk container inspect ${quote(args.name)} >/dev/null 2>&1 || dk rm --force ${quote(args.name)} >/dev/null; }`,
  ),
];

const marker = 'quarterdeck-docker';

const waitLines = (args: ContainerArgs, quote: Quote): readonly string[] => {
  const name = quote(args.name);
  return [
    orExit(`s=$(dk wait ${name})`),
    `echo "${marker} status=$s"`,
    `dk logs ${name} 2>&1 | sed 's/^/|/'`,
    `dk container inspect ${name}`,
    ...(args.cleanup ? [orExit(`dk rm --force${args.keepVolumes ? '' : ' --volumes'} ${name} >/dev/null`)] : []),
  ];
};

const thenLines = (args: ContainerArgs, { order, pause }: Work, quote: Quote): readonly string[] => {
  const name = quote(args.name);
  const seconds = args.stopTimeout === undefined ? '' : ` --time=${args.stopTimeout}`;
  return [
    ...(order === 'stop' ? [stopLine(args, quote)] : []),
    ...(order === 'start' ? [orExit(`dk start ${name} >/dev/null`)] : []),
    ...(order === 'restart' ? [orExit(`dk restart${seconds} ${name} >/dev/null`)] : []),
    ...(pause === undefined ? [] : [orExit(`dk ${pause ? 'pause' : 'unpause'} ${name} >/dev/null`)]),
  ];
};

const workLines = (args: ContainerArgs, state: ContainerState, work: Work, quote: Quote): readonly string[] => [
  ...(work.remove ? removeLines(args, state, quote) : []),
  ...(work.make ? makeLines(args, state, quote) : []),
  ...(work.update
    ? [
        orExit(
          `dk update ${[...(args.restartPolicy === undefined ? [] : [`--restart=${args.restartPolicy}`]), ...optionWords(args, 'updates'), args.name].map(quote).join(' ')} >/dev/null`,
        ),
      ]
    : []),
  ...work.joining.leave.map((name) => orExit(`dk network disconnect ${quote(name)} ${quote(args.name)}`)),
  ...work.joining.join.map((one) => joinLine(args, one, quote)),
  ...thenLines(args, work, quote),
];

const pullLine = (args: ContainerArgs, quote: Quote): string => {
  const platform = args.platform === undefined ? '' : `--platform=${quote(args.platform)} `;
  return orExit(`dk pull --quiet ${platform}${quote(args.image ?? '')} >/dev/null`);
};

/* Only after the image was asked for is it known whether the container must be made anew. */
const maybeLines = (args: ContainerArgs, state: ContainerState, work: Work, quote: Quote): readonly string[] => {
  const id = quote(textOf(at(state.image, 'Id')));
  const image = quote(args.image ?? '');
  const fetched = orExit(`i=$(dk image inspect --format='{{.Id}}' ${image})`);
  const ignores = args.comparisons.image === 'ignore' || work.make;
  const otherwise = workLines(args, state, work, quote);
  const again: Work = {
    ...work,
    remove: state.container !== undefined,
    make: true,
    joining: { join: [], leave: [] },
    update: false,
    ...(args.state === 'started' && { order: 'start' as const }),
  };
  const { order, ...still } = again;
  const remade: Work = order === undefined || args.state !== 'started' ? still : again;
  return [
    pullLine(args, quote),
    fetched,
    `if [ "$i" != ${id} ]; then echo "${marker} pulled=yes"; fi`,
    ...(ignores
      ? otherwise
      : [`if [ "$i" != ${id} ]; then`, ...workLines(args, state, remade, quote), 'else :', ...otherwise, 'fi']),
  ];
};

/** Removes, fetches, makes, joins, starts, in this order, then says how the container is. */
export const applyContainer = (
  args: ContainerArgs,
  state: ContainerState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const work = workOf(args, state);
  const { file } = splitVariables(variablesOf(args, state));
  const contents: readonly ApplyContent[] =
    file.length === 0
      ? []
      : [{ name: 'variables', content: Buffer.from(file.map(([name, value]) => `${name}=${value}\n`).join('')) }];
  const name = quote(args.name);
  const waits = args.waits && work.order === 'start';
  const script = [
    dockerBegin(args.engine, quote),
    ...(work.pull === 'maybe'
      ? maybeLines(args, state, work, quote)
      : [...(work.pull === 'yes' ? [pullLine(args, quote)] : []), ...workLines(args, state, work, quote)]),
    ...(waits ? waitLines(args, quote) : []),
    ...(args.state === 'absent' || waits ? [] : [`dk container inspect ${name}`]),
  ].join('\n');
  return { script, contents };
};

const outputOf = (stdout: string): string =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => `${line.slice(1)}\n`)
    .join('');

/** The return values once Docker obeyed. */
export const finishContainer = (
  args: ContainerArgs,
  state: ContainerState,
  plan: ModulePlan,
  applied: Applied,
): ModuleResult => {
  if (applied.code !== 0) {
    const msg = `docker_container ${args.name}: ${failureOf({ ...applied, stdout: '' })}`;
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const work = workOf(args, state);
  const pulled = applied.stdout.includes(`${marker} pulled=yes\n`);
  const changed = pulled || work.differences.some((one) => one.reads !== true);
  if (args.state === 'absent') return { result: {}, changed };
  const container: Json = printed(applied.stdout) ?? null;
  const status = new RegExp(`^${marker} status=(\\d+)$`, 'm').exec(applied.stdout)?.[1];
  if (status === undefined) return { result: { container }, changed };
  const output = outputOf(applied.stdout);
  const whole = {
    ...(container !== null && typeof container === 'object' && !Array.isArray(container) ? container : {}),
    Output: output,
  };
  const result = { container: whole, status: Number(status) };
  return status === '0'
    ? { result, changed }
    : { result: { ...result, msg: output }, changed, failed: output || `status ${status}` };
};
