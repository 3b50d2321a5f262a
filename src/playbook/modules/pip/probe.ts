import type { Applied, Quote } from '../module.ts';
import { readFields } from '../state/fields.ts';
import { assignPath } from '../state/script.ts';
import { sayFunction, toolPath } from '../state/tools.ts';
import { type PipArgs, tidyName } from './arguments.ts';

/** What pip said. */
export interface PipState {
  readonly failed?: string;
  /** The virtual environment is to be made first. */
  readonly missing: boolean;
  /** Versions by tidy name. */
  readonly installed: ReadonlyMap<string, string>;
  /** What pip would install, by tidy name; absent when this pip cannot say. */
  readonly trial?: ReadonlyMap<string, string>;
}

const verbs = {
  present: ['install'],
  absent: ['uninstall', '-y'],
  latest: ['install', '-U'],
  forcereinstall: ['install', '-U', '--force-reinstall'],
} as const;

/** What every script about pip begins with: `$v` is the environment, `pip_run` the right pip, run in the right folder. */
export const pipBegin = (args: PipArgs, quote: Quote): string => {
  const enter = args.chdir === undefined ? 'd=/' : assignPath('d', args.chdir, quote);
  const environment =
    args.virtualenv === undefined
      ? ['v=']
      : [assignPath('v', args.virtualenv, quote), 'case $v in /*) ;; *) v=$PWD/$v ;; esac', 'PATH=$v/bin:$PATH'];
  return [
    toolPath,
    'PIP_DISABLE_PIP_VERSION_CHECK=1; export PIP_DISABLE_PIP_VERSION_CHECK',
    ...(args.umask === undefined ? [] : [`umask ${args.umask}`]),
    enter,
    'cd "$d" || exit 1',
    ...environment,
    findPip(args, quote),
  ].join('\n');
};

/**
 * pip as a module of its Python: its script may have a first line no system can run. The folder it runs in stays out of
 * where modules are looked for, for anybody may have put one there.
 */
const asModule = `python_pip() { _y=$1; shift; "$_y" -c 'import sys
sys.path[0] == "" and sys.path.pop(0)
import runpy
runpy.run_module("pip", run_name="__main__", alter_sys=True)' "$@" </dev/null; }`;

const findPip = (args: PipArgs, quote: Quote): string => {
  if (args.executable !== undefined)
    return `${assignPath('x', args.executable, quote)}; pip_run() { "$x" "$@" </dev/null; }; pip_find() { command -v "$x" >/dev/null 2>&1; }`;
  if (args.virtualenv !== undefined)
    return `${asModule}
pip_run() { if [ -x "$v/bin/python" ]; then python_pip "$v/bin/python" "$@"; else "$x" "$@" </dev/null; fi; }
pip_find() { for y in pip3 pip; do x=$v/bin/$y; [ -x "$x" ] && return 0; done; return 1; }`;
  return `${asModule}
pip_run() { if [ -n "$x" ]; then "$x" "$@" </dev/null; else python_pip python3 "$@"; fi; }
pip_find() { x=; python_pip python3 --version >/dev/null 2>&1 && return 0; for y in pip3 pip; do x=$(command -v $y) && return 0; done; return 1; }`;
};

/** The words of pip for the job, quoted. */
export const pipWords = (args: PipArgs, quote: Quote, trial: boolean): string => {
  const [verb, ...flags] = verbs[args.state];
  const about = args.requirements === undefined ? args.packages.map((one) => one.written) : ['-r', args.requirements];
  return [verb, ...(trial ? ['--dry-run'] : []), ...flags, ...args.extra, ...about].map(quote).join(' ');
};

/** An installation of the distribution's own is left alone by newer pips unless configured otherwise; a trial does not say so. */
const managedLine = `python3 -c 'import sys; sys.path[0] == "" and sys.path.pop(0); import os, sysconfig; sys.exit(not (sys.prefix == sys.base_prefix and os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED"))))' 2>/dev/null && ! pip_run config list 2>/dev/null | grep -q "break-system-packages='[1TtYy]" && echo managed=yes`;

const goesAround = (args: PipArgs): boolean =>
  args.extra.some((word) => /^(?:--break-system-packages|-t|--target|--prefix|--root)(?:=|$)/.test(word));

const trialLines = (args: PipArgs, quote: Quote): readonly string[] => [
  ...(args.virtualenv === undefined && args.executable === undefined && !goesAround(args) ? [managedLine] : []),
  `r=$(pip_run ${pipWords(args, quote, true)} 2>&1); echo "code=$?"; printf '%s\\n' "$r" | say trial`,
];

/** True when only a trial tells: pip has to look at files or addresses. */
export const needsTrial = (args: PipArgs): boolean =>
  args.state !== 'absent' &&
  (args.state !== 'present' ||
    args.requirements !== undefined ||
    args.extra.length > 0 ||
    args.packages.some((one) => one.name === undefined));

const listedPattern = (name: string, specifiers: string): string => {
  const version = specifiers.replace(/^==\s*/, '');
  return `^${name.replaceAll('-', '[-_.]')}==${specifiers === '' ? '' : `${version.replaceAll(/[.+]/g, '[$&]')}$`}`;
};

/** Whether every package is listed is found out there, to try only when something may be missing. */
const missingTest = (args: PipArgs, quote: Quote): string => {
  const told = args.packages.every(({ specifiers }) => specifiers === '' || /^==\s*[\w.+]+$/.test(specifiers));
  if (needsTrial(args) || !told) return ':';
  const patterns = args.packages.map((one) => quote(listedPattern(one.name ?? '', one.specifiers)));
  const greps = patterns.map((pattern) => `printf '%s\\n' "$l" | grep -qi ${pattern}`);
  return `! { ${[...greps, ':'].join(' && ')}; }`;
};

/** Lists what is installed, and has pip try what it would install: \`--dry-run\` changes nothing. */
export const probePip = (args: PipArgs, quote: Quote): string =>
  [
    pipBegin(args, quote),
    sayFunction,
    ...(args.virtualenv === undefined
      ? []
      : [
          `if [ ! -e "$v/bin/activate" ]; then echo missing=yes; ${args.command[0] === undefined ? ':' : `command -v ${quote(args.command[0])} >/dev/null 2>&1 || echo tool=none`}; echo end; exit 0; fi`,
        ]),
    'pip_find || { echo pip=none; echo end; exit 0; }',
    'l=$(pip_run list --format=freeze 2>/dev/null) || l=$(pip_run freeze 2>/dev/null)',
    `printf '%s\\n' "$l" | say installed`,
    ...(args.state === 'absent' ? [] : [`if ${missingTest(args, quote)}; then`, ...trialLines(args, quote), 'fi']),
    'echo end',
  ].join('\n');

const readInstalled = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split('\n')
      .map((line) => line.split('=='))
      .filter((parts) => parts.length === 2)
      .map(([name = '', version = '']): [string, string] => [tidyName(name), version]),
  );

const readTrial = (text: string): ReadonlyMap<string, string> => {
  const words = (/^Would install (.*)$/m.exec(text)?.[1] ?? '').split(' ').filter((word) => word !== '');
  return new Map(words.map((word) => [tidyName(word.replace(/-[^-]*$/, '')), word.slice(word.lastIndexOf('-') + 1)]));
};

const failureOf = (args: PipArgs, fields: ReturnType<typeof readFields>): string | undefined => {
  if (fields.get('tool') === 'none')
    return `pip: the host has no ${args.command[0]}. Install it there, or set virtualenv_command to “python3 -m venv”.`;
  if (fields.get('pip') === 'none')
    return args.virtualenv === undefined
      ? `Unable to find any of ${args.executable ?? 'pip3'} to use.  pip needs to be installed.`
      : `Unable to find pip in the virtualenv, ${args.virtualenv}, under any of these names: pip3, pip. Make sure pip is present in the virtualenv.`;
  const said = fields.raw('trial') ?? '';
  if (fields.get('managed') === 'yes' && /^Would install /m.test(said))
    return 'error: externally-managed-environment: this Python belongs to the system. Use virtualenv, or extra_args: --break-system-packages.';
  if ((fields.number('code') ?? 0) === 0 || /no such option: --dry-run/.test(said)) return undefined;
  const errors = said.split('\n').filter((line) => line.startsWith('ERROR: '));
  return errors.join('; ') || said.trim().slice(-500);
};

/** Reads what the probe printed. */
export const readPip = (output: Applied, args: PipArgs): PipState => {
  const fields = readFields(output);
  const failed = failureOf(args, fields);
  const said = fields.raw('trial');
  const tried = said !== undefined && fields.get('code') === '0' ? readTrial(said) : undefined;
  return {
    ...(failed !== undefined && { failed }),
    missing: fields.get('missing') === 'yes',
    installed: readInstalled(fields.raw('installed') ?? ''),
    ...(tried !== undefined && { trial: tried }),
  };
};
