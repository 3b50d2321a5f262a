import type { Json, JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { missingTool } from './account/names.ts';
import { type Display, readDisplay, type Slave } from './alternatives/display.ts';
import type { Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { sayFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface AlternativeArgs {
  readonly name: string;
  readonly path: string;
  readonly link?: string;
  readonly priority?: number;
  readonly state: 'present' | 'selected' | 'absent' | 'auto';
  readonly slaves?: readonly Slave[];
}

interface AlternativeState {
  readonly display: Display;
  readonly tool: boolean;
  readonly exists: boolean;
}

const absolute = (name: string, value: Json | undefined): string => {
  const path = String(value ?? '');
  if (path.startsWith('/') && !path.includes('\n')) return path;
  throw wrong(
    `alternatives: ${name} must be an absolute path, not “${path}”.`,
    `alternatives : ${name} doit être un chemin absolu, pas « ${path} ».`,
  );
};

const nameOf = (value: Json | undefined): string => {
  const name = String(value ?? '');
  if (/^[A-Za-z0-9][^\s/]*$/.test(name)) return name;
  throw wrong(`alternatives: “${name}” is not a name.`, `alternatives : « ${name} » n’est pas un nom.`);
};

const slaveOf = (value: Json): Slave => {
  const given = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  return { name: nameOf(given.name), path: absolute('path', given.path), link: absolute('link', given.link) };
};

const prepare = (args: JsonObject): AlternativeArgs => {
  const { link, priority, state, subcommands } = args;
  return {
    name: nameOf(args.name),
    path: absolute('path', args.path),
    state: state === 'present' || state === 'absent' || state === 'auto' ? state : 'selected',
    ...(typeof link === 'string' && { link: absolute('link', link) }),
    ...(typeof priority === 'number' && { priority }),
    ...(Array.isArray(subcommands) && { slaves: subcommands.map(slaveOf) }),
  };
};

const probe = (args: AlternativeArgs, quote: Quote): string =>
  [
    toolPath,
    sayFunction,
    `[ -e ${quote(args.path)} ] && echo exists=yes`,
    'command -v update-alternatives >/dev/null 2>&1 || { echo end; exit 0; }',
    'echo tool=yes',
    `if d=$(update-alternatives --display ${quote(args.name)} 2>/dev/null); then printf %s "$d" | say display; fi`,
    'echo end',
  ].join('\n');

const sorted = (slaves: readonly Slave[]): string =>
  slaves
    .map(({ name, path, link }) => `${name} ${path} ${link}`)
    .toSorted()
    .join(', ');

/** What registering it anew would change; undefined when it is registered as asked. */
const installs = (args: AlternativeArgs, { display }: AlternativeState): boolean => {
  const choice = display.choices.get(args.path);
  if (choice === undefined) return true;
  const otherPriority = args.priority !== undefined && args.priority !== choice.priority;
  return otherPriority || (args.slaves !== undefined && sorted(args.slaves) !== sorted(choice.slaves));
};

const priorityOf = (args: AlternativeArgs, { display }: AlternativeState): number =>
  args.priority ?? display.choices.get(args.path)?.priority ?? 50;

const registration = (args: AlternativeArgs, state: AlternativeState): readonly Difference[] => {
  const choice = state.display.choices.get(args.path);
  const subject = `alternatives ${args.name}`;
  const priority = priorityOf(args, state);
  const aspects: readonly (readonly [string, Json, Json])[] = [
    ['state', choice === undefined ? 'absent' : 'present', 'present'],
    ['priority', choice?.priority ?? null, priority],
    ['subcommands', sorted(choice?.slaves ?? []), sorted(args.slaves ?? choice?.slaves ?? [])],
  ];
  return aspects.flatMap(([aspect, before, after]) =>
    before === after ? [] : [{ subject, aspect: `${aspect} of ${args.path}`, before, after }],
  );
};

const differencesOf = (args: AlternativeArgs, state: AlternativeState): readonly Difference[] => {
  const subject = `alternatives ${args.name}`;
  const { display } = state;
  if (args.state === 'absent') {
    const gone = { subject, aspect: `state of ${args.path}`, before: 'present', after: 'absent' };
    return display.choices.has(args.path) ? [gone] : [];
  }
  const selected: readonly Difference[] =
    args.state === 'selected' && display.current !== args.path
      ? [{ subject, aspect: 'selected', before: display.current ?? null, after: args.path }]
      : [];
  const auto: readonly Difference[] =
    args.state === 'auto' && display.mode === 'manual'
      ? [{ subject, aspect: 'mode', before: 'manual', after: 'auto' }]
      : [];
  return [...(installs(args, state) ? registration(args, state) : []), ...selected, ...auto];
};

const obstacle = (args: AlternativeArgs, state: AlternativeState): string | undefined => {
  if (!state.tool) return missingTool('update-alternatives', 'dpkg (chkconfig, alternatives)');
  if (args.state === 'absent' || !installs(args, state)) return undefined;
  if (!state.exists) return `Specified path ${args.path} does not exist`;
  const link = args.link ?? state.display.link;
  return link === undefined
    ? 'Needed to install the alternative, but unable to do so as we are missing the link'
    : undefined;
};

const said = (args: AlternativeArgs, state: AlternativeState, differences: readonly Difference[]): string => {
  if (args.state === 'absent')
    return differences.length === 0 ? '' : `Remove alternative '${args.path}' from '${args.name}'.`;
  return [
    ...(installs(args, state) ? [`Install alternative '${args.path}' for '${args.name}'.`] : []),
    ...(differences.some(({ aspect }) => aspect === 'selected')
      ? [`Set alternative '${args.path}' for '${args.name}'.`]
      : []),
    ...(differences.some(({ aspect }) => aspect === 'mode') ? [`Set alternative to auto for '${args.name}'.`] : []),
  ].join(' ');
};

const plan = (args: AlternativeArgs, state: AlternativeState): ModulePlan => {
  const msg = obstacle(args, state);
  if (msg !== undefined) return { differences: [], result: { msg }, failed: msg };
  const differences = differencesOf(args, state);
  return { differences, result: { msg: said(args, state, differences) } };
};

const install = (args: AlternativeArgs, state: AlternativeState, quote: Quote): string => {
  const slaves = args.slaves ?? state.display.choices.get(args.path)?.slaves ?? [];
  const words = [args.link ?? state.display.link ?? '', args.name, args.path, String(priorityOf(args, state))];
  const also = slaves.flatMap(({ name, path, link }) => ['--slave', quote(link), quote(name), quote(path)]);
  return `update-alternatives --install ${[...words.map(quote), ...also].join(' ')} >&2 || exit 1`;
};

const apply = (args: AlternativeArgs, state: AlternativeState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const names = `${quote(args.name)} ${quote(args.path)}`;
  const has = (aspect: string): boolean => made.differences.some((one) => one.aspect === aspect);
  const lines =
    args.state === 'absent'
      ? [`update-alternatives --remove ${names} >&2 || exit 1`]
      : [
          ...(installs(args, state) ? [install(args, state, quote)] : []),
          ...(has('selected') ? [`update-alternatives --set ${names} >&2 || exit 1`] : []),
          ...(has('mode') ? [`update-alternatives --auto ${quote(args.name)} >&2 || exit 1`] : []),
        ];
  return { script: [toolPath, ...lines].join('\n') };
};

const finish = (made: ModulePlan, applied: Parameters<typeof failureOf>[0]): ModuleResult => {
  if (applied.code === 0) return { result: made.result, changed: true };
  const msg = failureOf(applied);
  return { result: { msg }, changed: false, failed: msg };
};

/** Which of several programs a common name means: `update-alternatives`. */
export const alternatives: Module<AlternativeArgs, AlternativeState> = {
  name: 'alternatives',
  quick: true,
  args: {
    name: { type: 'str', required: true },
    path: { type: 'path', required: true },
    link: { type: 'path' },
    priority: { type: 'int' },
    state: { type: 'str', default: 'selected', choices: ['present', 'selected', 'absent', 'auto'] },
    subcommands: { type: 'list', aliases: ['slaves'] },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read: (output) => {
    const fields = readFields(output);
    return {
      display: readDisplay(fields.raw('display')),
      tool: fields.get('tool') === 'yes',
      exists: fields.get('exists') === 'yes',
    };
  },
  plan,
  apply,
  finish: (_args, _state, made, applied) => finish(made, applied),
};
