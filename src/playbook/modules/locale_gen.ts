import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { type LocaleText, normalized, withLocale, withoutLines } from './locale_gen/text.ts';
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
import { sayFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface LocaleArgs {
  readonly names: readonly string[];
  readonly present: boolean;
}

interface LocaleState {
  /** Ubuntu keeps the wanted locales in a file of its own. */
  readonly ubuntu: boolean;
  /** `/etc/locale.gen`, or Ubuntu's file. */
  readonly file: TextFile;
  readonly available: ReadonlySet<string>;
  /** What `locale -a` lists. */
  readonly made: ReadonlySet<string>;
}

const prepare = (args: JsonObject): LocaleArgs => {
  const names = Array.isArray(args.name) ? args.name.map(String) : [];
  const bad = names.find((name) => !/^[A-Za-z][\w.@-]*$/.test(name));
  if (names.length === 0 || bad !== undefined)
    throw wrong(
      `locale_gen: “${bad ?? ''}” is not the name of a locale.`,
      `locale_gen : « ${bad ?? ''} » n’est pas une locale.`,
    );
  return { names, present: args.state !== 'absent' };
};

const probe = [
  toolPath,
  textFunctions,
  sayFunction,
  'if [ -d /var/lib/locales/supported.d ]; then echo ubuntu=yes; text it /var/lib/locales/supported.d/local',
  'else text it /etc/locale.gen; fi',
  '[ -r /usr/share/i18n/SUPPORTED ] && say supported </usr/share/i18n/SUPPORTED',
  'locale -a 2>/dev/null | say made',
  'echo end',
].join('\n');

const readState = (output: Parameters<typeof failureOf>[0]): LocaleState => {
  const fields = readFields(output);
  const file = readTextFile(fields, 'it');
  const ubuntu = fields.get('ubuntu') === 'yes';
  const text = ubuntu ? (fields.raw('supported') ?? '') : (file.text ?? '');
  const lines = [...text.matchAll(/^#? *(\S+_\S+) \S+ *$/gm)];
  const made = (fields.raw('made') ?? '').split('\n').filter((line) => line !== '');
  return { ubuntu, file, available: new Set(lines.map(([, name = '']) => name)), made: new Set(made.map(normalized)) };
};

/** Those that are not as they should be. */
const wantedOf = (args: LocaleArgs, state: LocaleState): readonly string[] =>
  args.names.filter((name) => state.made.has(normalized(name)) !== args.present);

const newText = (args: LocaleArgs, state: LocaleState): LocaleText =>
  wantedOf(args, state).reduce(
    (text, name) => (state.ubuntu ? withoutLines(text, name) : withLocale(text, name, args.present)),
    state.file.text ?? '',
  );

const obstacle = (args: LocaleArgs, state: LocaleState): string | undefined => {
  if (!state.ubuntu && state.file.place.look.type === 'absent') {
    return '/etc/locale.gen and /var/lib/locales/supported.d/local are missing. Is the package "locales" installed?';
  }
  const unknown = args.names.find((name) => !state.available.has(name));
  if (unknown !== undefined) return `The locale you've entered is not available on your system: ${unknown}`;
  return state.file.unread;
};

const plan = (args: LocaleArgs, state: LocaleState): ModulePlan => {
  const result = { name: args.names.join(','), msg: 'OK' };
  const msg = obstacle(args, state);
  if (msg !== undefined) return { differences: [], result: { ...result, msg }, failed: msg };
  const [before, after] = args.present ? ['absent', 'present'] : ['present', 'absent'];
  const locales = wantedOf(args, state).map(
    (name): Difference => ({ subject: `locale_gen ${name}`, aspect: 'state', before, after }),
  );
  const files =
    locales.length === 0 || (state.ubuntu && args.present)
      ? []
      : rewriteDifferences(systemFile(state.file, newText(args, state)));
  return { differences: [...locales, ...files], result };
};

const apply = (args: LocaleArgs, state: LocaleState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  if (state.ubuntu && args.present) {
    const names = wantedOf(args, state).map(quote).join(' ');
    return { script: `${toolPath}\nlocale-gen ${names} >&2 || exit 1` };
  }
  const rewriting = systemFile(state.file, newText(args, state));
  const generate = `locale-gen${state.ubuntu ? ' --purge' : ''} >&2 || exit 1`;
  const script = [toolPath, textFunctions, ...rewriteLines(rewriting, false, quote), generate].join('\n');
  return { script, contents: [rewriteContent(rewriting)] };
};

const finish = (made: ModulePlan, applied: Parameters<typeof failureOf>[0]): ModuleResult => {
  if (applied.code === 0) return { result: made.result, changed: true };
  const msg = `locale.gen failed to execute: ${failureOf(applied)}`;
  return { result: { ...made.result, msg }, changed: false, failed: msg };
};

/** Languages and their character sets that the host knows. */
export const localeGen: Module<LocaleArgs, LocaleState> = {
  name: 'locale_gen',
  args: {
    name: { type: 'list', required: true },
    state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  },
  freeForm: 'kv',
  prepare,
  probe: () => probe,
  read: readState,
  plan,
  subjects: (_args, { file }) => [file.place.path],
  apply,
  finish: (_args, _state, made, applied) => finish(made, applied),
};
