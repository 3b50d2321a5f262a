import type { Applied, Quote } from '../module.ts';
import type { PackageChange } from '../packages/simulation.ts';
import { readTransaction } from '../packages/transaction.ts';
import { readFields } from '../state/fields.ts';
import { missingTool, sayFunction, toolPath } from '../state/tools.ts';
import type { DnfArgs } from './arguments.ts';

/** What the host said: what dnf would do. */
export interface DnfState {
  readonly failed?: string;
  readonly failures: readonly string[];
  readonly wanted: readonly string[];
  readonly changes: readonly PackageChange[];
}

/** `$m` is dnf, or yum where there is none. */
export const dnfBegin = [toolPath, 'm=dnf; command -v dnf >/dev/null 2>&1 || m=yum'].join('\n');

/** Installed by its name, by what it provides, or as the very package of a file. */
const hasFunction = `has() {
  case $1 in
    @*) return 1 ;;
    *.rpm) _p=$(rpm -qp --qf '%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}' "$1" 2>/dev/null) && rpm -q "$_p" >/dev/null 2>&1 ;;
    *[*?[]*) [ -n "$(rpm -qa "$1")" ] ;;
    *) rpm -q "$1" >/dev/null 2>&1 || rpm -q --whatprovides "$1" >/dev/null 2>&1 ;;
  esac
}`;

const verbs = {
  install: 'install',
  latest: 'install',
  remove: 'remove',
  upgrade: 'upgrade',
  autoremove: 'autoremove',
} as const;

/** The verb of dnf for the job. A package to be the latest is installed: dnf brings it up to date. */
export const verbOf = (args: DnfArgs): string => {
  if (args.job === 'nothing') return '';
  return args.job === 'latest' && args.updateOnly ? 'upgrade' : verbs[args.job];
};

/** Which names dnf is asked about: those whose packages are not as wanted. */
const test = (args: DnfArgs): string => {
  if (args.job === 'remove') return 'has "$n"';
  if (args.job === 'latest') return args.updateOnly ? 'has "$n"' : ':';
  return args.updateOnly ? 'false' : '! has "$n"';
};

/** Asks dnf with \`--assumeno\`: it says what it would do and leaves everything. */
export const probeDnf = (args: DnfArgs, quote: Quote): string => {
  const options = args.options.map(quote).join(' ');
  const names = args.names.map(quote).join(' ');
  const everything = args.job === 'upgrade' || args.job === 'autoremove';
  return [
    dnfBegin,
    sayFunction,
    'command -v $m >/dev/null 2>&1 && command -v rpm >/dev/null 2>&1 || { echo missing=dnf; echo end; exit 0; }',
    hasFunction,
    'set --',
    args.names.length === 0
      ? ''
      : `for n in ${names}; do if ${test(args)}; then set -- "$@" "$n"; printf 'want=%s\\n' "$n"; fi; done`,
    ...(args.job === 'nothing'
      ? []
      : [
          `if ${everything ? ':' : '[ $# -gt 0 ]'}; then`,
          `  r=$($m --assumeno ${options} ${verbOf(args)} "$@" 2>&1 </dev/null); echo "code=$?"; printf '%s\\n' "$r" | say transaction`,
          `  rpm -qa --qf '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n' | say installed`,
          'fi',
        ]),
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');
};

const versionsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split('\n').map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']));

const missingNames = (said: string): readonly string[] => {
  const together = /Unable to find a match: (.*)$/m.exec(said)?.[1]?.split(' ') ?? [];
  const single = [...said.matchAll(/^(?:No match for argument: |No package )(\S+?)(?: available\.)?$/gm)].map(
    ([, name = '']) => name,
  );
  return [...new Set([...together, ...single])];
};

const troubleOf = (said: string): string =>
  said
    .split('\n')
    .filter((line) => /^(?:Error|Cannot|Problem| *Problem| +- )/.test(line.trim()) || line.startsWith('  - '))
    .map((line) => line.trim())
    .join('; ') || said.trim().slice(-500);

/** Reads what the probe printed. A code of 1 is the refusal that was asked for. */
export const readDnf = (output: Applied, args: DnfArgs): DnfState => {
  const fields = readFields(output);
  const said = fields.raw('transaction') ?? '';
  const changes = readTransaction(said, versionsOf(fields.raw('installed') ?? ''));
  const missing = args.job === 'remove' ? [] : missingNames(said);
  const failures = missing.map((name) => `No package ${name} available.`);
  const answered =
    changes.length > 0 || /Nothing to do|Operation aborted|No (?:packages|match)|nothing to do/i.test(said);
  const failed =
    missingTool(fields, args.module, 'The module is for Red Hat and its kin; use package or apt elsewhere.') ??
    (failures.length > 0
      ? 'Failed to install some of the specified packages'
      : fields.number('code') !== 0 && said !== '' && !answered
        ? troubleOf(said)
        : undefined);
  return { ...(failed !== undefined && { failed }), failures, wanted: fields.all('want'), changes };
};
