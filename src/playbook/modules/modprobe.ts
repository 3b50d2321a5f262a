import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { splitWords } from '../words/split.ts';
import { missingTool } from './account/names.ts';
import {
  isLoadedAtStart,
  parametersAtStart,
  type Rewritten,
  withoutModule,
  withoutParameters,
} from './modprobe/files.ts';
import type { Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import {
  readTextFile,
  rewriteContent,
  rewriteDifferences,
  rewriteLines,
  systemFile,
  type TextFile,
  textFunctions,
} from './place/rewrite.ts';
import { failureOf, readFields } from './state/fields.ts';
import { toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface ModprobeArgs {
  readonly name: string;
  readonly present: boolean;
  readonly params: readonly string[];
  /** As written, for the return values. */
  readonly written: string;
  readonly persistent: 'disabled' | 'present' | 'absent';
}

interface ModprobeState {
  readonly tool: boolean;
  readonly loaded: boolean;
  /** Why loading or unloading would fail. */
  readonly refused: string | undefined;
  readonly modules: readonly TextFile[];
  readonly parameters: readonly TextFile[];
  /** The files of this module's own name. */
  readonly own: { readonly module: TextFile; readonly parameters: TextFile };
}

const folders = { modules: '/etc/modules-load.d', parameters: '/etc/modprobe.d' } as const;

const prepare = (args: JsonObject): ModprobeArgs => {
  const name = String(args.name);
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name))
    throw wrong(`modprobe: “${name}” is not the name of a module.`, `modprobe : « ${name} » n’est pas un module.`);
  const written = String(args.params ?? '');
  const params = splitWords(written);
  const bad = params?.find((word) => !/^[\w.-]+(?:=[^\s\n]*)?$/.test(word) || word.startsWith('-'));
  if (params === undefined || bad !== undefined)
    throw wrong(
      `modprobe: “${bad ?? written}” is not a parameter.`,
      `modprobe : « ${bad ?? written} » n’est pas un paramètre.`,
    );
  const { persistent } = args;
  return {
    name,
    present: args.state !== 'absent',
    params,
    written,
    persistent: persistent === 'present' || persistent === 'absent' ? persistent : 'disabled',
  };
};

const listing = (kind: 'modules' | 'parameters', name: string): string =>
  `i=0; for f in ${folders[kind]}/*; do [ -f "$f" ] || continue; i=$((i + 1)); text ${kind}.$i "$f"; done; echo "${kind}.count=$i"
text own.${kind} ${folders[kind]}/${name}.conf`;

const probe = (args: ModprobeArgs, quote: Quote): string => {
  const under = args.name.replaceAll('-', '_');
  const dry = args.present ? ['modprobe -n', args.name, ...args.params] : ['modprobe -n -r', args.name];
  const [command = '', ...words] = dry;
  return [
    toolPath,
    textFunctions,
    'command -v modprobe >/dev/null 2>&1 && echo tool=yes',
    `loaded=no; grep -q ${quote(`^${under} `)} /proc/modules 2>/dev/null && loaded=yes`,
    `grep -q ${quote(`/${args.name}\\.ko$`)} "/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null && loaded=yes`,
    'echo "loaded=$loaded"',
    `if [ "$loaded" = ${args.present ? 'no' : 'yes'} ] && ! e=$(${command} ${words.map(quote).join(' ')} 2>&1); then echo "refused=$(hex "$e")"; fi`,
    ...(args.persistent === 'disabled' ? [] : [listing('modules', args.name), listing('parameters', args.name)]),
    'echo end',
  ].join('\n');
};

const readState = (output: Parameters<typeof failureOf>[0]): ModprobeState => {
  const fields = readFields(output);
  const list = (kind: string): readonly TextFile[] =>
    Array.from({ length: fields.number(`${kind}.count`) ?? 0 }, (_, index) =>
      readTextFile(fields, `${kind}.${index + 1}`),
    );
  return {
    tool: fields.get('tool') === 'yes',
    loaded: fields.get('loaded') === 'yes',
    refused: fields.text('refused'),
    modules: list('modules'),
    parameters: list('parameters'),
    own: { module: readTextFile(fields, 'own.modules'), parameters: readTextFile(fields, 'own.parameters') },
  };
};

const samePath = (one: TextFile, other: TextFile): boolean => one.place.path === other.place.path;

/** The files of the next start as they are to be. */
const filesOf = (args: ModprobeArgs, state: ModprobeState): readonly Rewritten[] => {
  if (args.persistent === 'disabled') return [];
  const has = parametersAtStart(state.parameters, args.name);
  if (args.persistent === 'absent') {
    return [...withoutModule(state.modules, args.name), ...withoutParameters(state.parameters, args.name)];
  }
  const loads = isLoadedAtStart(state.modules, args.name) ? [] : [{ file: state.own.module, text: `${args.name}\n` }];
  if (has.size === args.params.length && args.params.every((one) => has.has(one))) return loads;
  const others = withoutParameters(state.parameters, args.name).filter(
    ({ file }) => !samePath(file, state.own.parameters),
  );
  const text = `${args.params.map((one) => `options ${args.name} ${one}`).join('\n')}\n`;
  return [...loads, ...others, { file: state.own.parameters, text }];
};

const resultOf = (args: ModprobeArgs): JsonObject => ({
  name: args.name,
  params: args.written,
  state: args.present ? 'present' : 'absent',
});

const plan = (args: ModprobeArgs, state: ModprobeState): ModulePlan => {
  const result = resultOf(args);
  const msg = state.tool ? state.refused : missingTool('modprobe', 'kmod');
  if (msg !== undefined) return { differences: [], result: { ...result, msg }, failed: msg };
  const subject = `modprobe ${args.name}`;
  const now: readonly Difference[] =
    state.loaded === args.present ? [] : [{ subject, aspect: 'loaded', before: state.loaded, after: args.present }];
  const files = filesOf(args, state).flatMap(({ file, text }) => rewriteDifferences(systemFile(file, text)));
  return { differences: [...now, ...files], result };
};

const apply = (args: ModprobeArgs, state: ModprobeState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const words = args.present ? [args.name, ...args.params] : [args.name];
  const load = `modprobe ${args.present ? '' : '-r '}${words.map(quote).join(' ')} || exit 1`;
  const files = filesOf(args, state).map(({ file, text }, index) => ({
    rewriting: systemFile(file, text),
    name: `CONTENT${index}`,
  }));
  const script = [
    toolPath,
    textFunctions,
    ...(state.loaded === args.present ? [] : [load]),
    ...files.flatMap(({ rewriting, name }) => rewriteLines(rewriting, false, quote, name)),
  ].join('\n');
  return { script, contents: files.map(({ rewriting, name }) => rewriteContent(rewriting, name)) };
};

const finish = (made: ModulePlan, applied: Parameters<typeof failureOf>[0]): ModuleResult => {
  if (applied.code === 0) return { result: made.result, changed: true };
  const msg = failureOf(applied);
  return { result: { ...made.result, msg }, changed: false, failed: msg };
};

/** A module of the kernel: loaded or not, now and with `persistent` after every start. */
export const modprobe: Module<ModprobeArgs, ModprobeState> = {
  name: 'modprobe',
  quick: true,
  args: {
    name: { type: 'str', required: true },
    state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
    params: { type: 'str', default: '' },
    persistent: { type: 'str', default: 'disabled', choices: ['disabled', 'present', 'absent'] },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read: readState,
  plan,
  apply,
  finish: (_args, _state, made, applied) => finish(made, applied),
};
