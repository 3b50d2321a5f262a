import type { JsonObject } from '#core/json.ts';
import type { Applied, Apply, FoundDifference, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { missingTool, needFunction, sayFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface DivertArgs {
  readonly path: string;
  readonly present: boolean;
  readonly holder: string;
  /** As written; empty for the usual place. */
  readonly divert: string;
  readonly rename: boolean;
  readonly force: boolean;
}

interface Diversion {
  readonly state: 'absent' | 'present';
  readonly divert: string | null;
  readonly holder: string | null;
}

interface DivertState {
  readonly failed?: string;
  readonly tool: string;
  readonly noRename: boolean;
  readonly now: Diversion;
  /** What is at the path, at the place wished for, and at the present one. */
  readonly there: { readonly path: boolean; readonly target: boolean; readonly divert: boolean };
  /** How a try without doing it ended. */
  readonly test: { readonly code: number; readonly said: string };
}

const pathOf = (name: string, value: unknown): string => {
  const path = value === undefined ? '' : String(value);
  if (path === '' || /^\/[^\n]*$/.test(path)) return path;
  throw wrong(
    `dpkg_divert: ${name} must be an absolute path, not “${path}”.`,
    `dpkg_divert : ${name} doit être un chemin absolu, pas « ${path} ».`,
  );
};

const prepare = (args: JsonObject): DivertArgs => {
  const holder = args.holder === undefined || args.holder === '' ? 'LOCAL' : String(args.holder);
  if (!/^[A-Za-z0-9][A-Za-z0-9.+_:-]*$/.test(holder))
    throw wrong(
      `dpkg_divert: “${holder}” is not the name of a package.`,
      `dpkg_divert : « ${holder} » n’est pas un nom de paquet.`,
    );
  return {
    path: pathOf('path', args.path),
    present: args.state !== 'absent',
    holder,
    divert: pathOf('divert', args.divert),
    rename: args.rename === true,
    force: args.force === true,
  };
};

const targetOf = ({ path, divert }: DivertArgs): string => (divert === '' ? `${path}.distrib` : divert);

const wantedOf = (args: DivertArgs): Diversion =>
  args.present
    ? { state: 'present', divert: targetOf(args), holder: args.holder }
    : { state: 'absent', divert: null, holder: null };

/** What follows the options about renaming. */
const wordsOf = (args: DivertArgs): readonly string[] => {
  if (!args.present) return ['--remove', args.path];
  const holder = args.holder === 'LOCAL' ? ['--local'] : ['--package', args.holder];
  return [...holder, ...(args.divert === '' ? [] : ['--divert', args.divert]), '--add', args.path];
};

const probe = (args: DivertArgs, quote: Quote): string =>
  [
    toolPath,
    sayFunction,
    needFunction,
    'need dpkg-divert',
    'echo "tool=$(command -v dpkg-divert)"',
    `p=${quote(args.path)} t=${quote(targetOf(args))}`,
    "no=--no-rename; case $(dpkg-divert --version | head -n 1) in *' 1.'1[0-8].*|*' 1.19.0'*) no= ;; esac; echo \"no=$no\"",
    'h=$(dpkg-divert --listpackage "$p" 2>&1) || { printf "%s\\n" "$h" | say failed; echo end; exit 0; }',
    'printf "%s\\n" "$h" | say holder',
    'd=$(dpkg-divert --truename "$p"); printf "%s\\n" "$d" | say divert',
    'for i in path:"$p" target:"$t" divert:"$d"; do if [ -e "${i#*:}" ]; then echo "there=${i%%:*}"; fi; done',
    `o=$(dpkg-divert --test ${args.rename ? '--rename' : '$no'} ${wordsOf(args).map(quote).join(' ')} 2>&1); echo "code=$?"; printf "%s\\n" "$o" | say test`,
    'echo end',
  ].join('\n');

const read = (output: Applied): DivertState => {
  const fields = readFields(output);
  const text = (name: string): string => fields.raw(name)?.trim() ?? '';
  const failed =
    missingTool(fields, 'dpkg_divert', 'It works on hosts of Debian’s family only.') ?? fields.raw('failed')?.trim();
  const holder = text('holder');
  const there = fields.all('there');
  return {
    ...(failed !== undefined && { failed }),
    tool: fields.get('tool') ?? '',
    noRename: fields.get('no') !== '',
    now:
      holder === ''
        ? { state: 'absent', divert: null, holder: null }
        : { state: 'present', divert: text('divert'), holder },
    there: {
      path: there.includes('path'),
      target: there.includes('target'),
      divert: holder !== '' && there.includes('divert'),
    },
    test: { code: fields.number('code') ?? 0, said: text('test') },
  };
};

const aspects = ['state', 'divert', 'holder'] as const;

/** How it is to be done: `again` for a diversion that only changes, which dpkg does not know how to do. */
const wayOf = (
  args: DivertArgs,
  { now, there, test }: DivertState,
): 'nothing' | 'plain' | 'forced' | 'again' | 'not' => {
  const wanted = wantedOf(args);
  if (aspects.every((aspect) => wanted[aspect] === now[aspect])) return 'nothing';
  if (wanted.state === now.state) return 'again';
  if (test.code === 0) return 'plain';
  return args.rename && there.path && (args.present ? there.target : there.divert) ? 'forced' : 'not';
};

const failureIn = (args: DivertArgs, state: DivertState): string | undefined => {
  if (state.failed !== undefined) return state.failed;
  const way = wayOf(args, state);
  if (way === 'not') return `Unexpected error while changing state of the diversion. ${state.test.said}`.trim();
  return way === 'forced' && !args.force ? "Set 'force' param to True to force renaming of files." : undefined;
};

/** A file that goes from one place to another. */
const moved = (from: string, to: string, replaces: boolean): readonly FoundDifference[] => [
  { subject: from, aspect: 'state', before: 'present', after: 'absent' },
  { subject: to, aspect: 'state', before: replaces ? 'present' : 'absent', after: replaces ? 'replaced' : 'present' },
];

const moves = (args: DivertArgs, { now, there }: DivertState): readonly FoundDifference[] => {
  if (!args.rename || wantedOf(args).state === now.state) return [];
  if (args.present) return there.path ? moved(args.path, targetOf(args), there.target) : [];
  return there.divert && now.divert !== null ? moved(now.divert, args.path, there.path) : [];
};

const subjectOf = ({ path }: DivertArgs): string => `diversion of ${path}`;

const differencesOf = (args: DivertArgs, state: DivertState): readonly FoundDifference[] => {
  const wanted = wantedOf(args);
  const changed = aspects.filter((aspect) => wanted[aspect] !== state.now[aspect]);
  return [
    ...changed.map((aspect) => ({
      subject: subjectOf(args),
      aspect,
      before: state.now[aspect],
      after: wanted[aspect],
    })),
    ...moves(args, state),
  ];
};

/** The commands, as words. */
const commandsOf = (args: DivertArgs, state: DivertState): readonly (readonly string[])[] => {
  const still = state.noRename ? ['--no-rename'] : [];
  if (wayOf(args, state) === 'again')
    return [
      [...still, '--remove', args.path],
      [...still, ...wordsOf(args)],
    ];
  return [[...(args.rename ? ['--rename'] : still), ...wordsOf(args)]];
};

const plan = (args: DivertArgs, state: DivertState): ModulePlan => {
  const failed = failureIn(args, state);
  const diversion = (one: Diversion): JsonObject => ({ path: args.path, ...one });
  if (failed !== undefined)
    return { differences: [], result: { msg: failed, diversion: diversion(state.now) }, failed };
  const commands = commandsOf(args, state).map((words) => [state.tool, ...words].join(' '));
  return {
    differences: differencesOf(args, state),
    result: { commands, messages: [state.test.said], diversion: diversion(wantedOf(args)) },
  };
};

const apply = (args: DivertArgs, state: DivertState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const inTheWay = args.present ? targetOf(args) : args.path;
  return {
    script: [
      toolPath,
      sayFunction,
      ...(wayOf(args, state) === 'forced' ? [`rm -f -- ${quote(inTheWay)} || exit 1`] : []),
      ...commandsOf(args, state).map(
        (words, index) =>
          `o=$(dpkg-divert ${words.map(quote).join(' ')}) || exit $?; printf "%s\\n" "$o" | say said${index}`,
      ),
      'echo end',
    ].join('\n'),
  };
};

const finish = (args: DivertArgs, state: DivertState, made: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  }
  const fields = readFields(applied);
  const messages = commandsOf(args, state).map((_, index) => fields.raw(`said${index}`)?.trimEnd() ?? '');
  return { result: { ...made.result, messages }, changed: true };
};

/** Whether Debian's packages put their version of a file elsewhere. */
export const dpkgDivert: Module<DivertArgs, DivertState> = {
  name: 'dpkg_divert',
  quick: true,
  args: {
    path: { type: 'path', required: true },
    state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
    holder: { type: 'str' },
    divert: { type: 'path' },
    rename: { type: 'bool', default: false },
    force: { type: 'bool', default: false },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  subjects: (args) => [subjectOf(args), targetOf(args)],
  apply,
  finish,
};
