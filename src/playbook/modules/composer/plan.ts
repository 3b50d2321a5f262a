import type { Applied, Apply, FoundDifference, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { toolPath } from '../state/tools.ts';
import type { ComposerArgs } from './arguments.ts';
import { type ComposerState, composerBegin, composerFolder, composerWords, inOneLine, placeOf } from './probe.ts';

/** Composer says so itself, in either way; anything else counts as a change. */
const changesNothing = (said: string): boolean =>
  /Nothing to install(?: or update|, update or remove)/.test(inOneLine(said));

/** ` - Installing acme/thing (1.2.0)` and its kin. */
const packagesIn = (said: string): readonly FoundDifference[] =>
  [
    ...said.matchAll(
      /^ +- (Installing|Updating|Upgrading|Downgrading|Removing) (\S+) \(([^)]*)\)(?: to \S* ?\(([^)]*)\))?/gm,
    ),
  ].map(([, verb, name, version = '', newer]) => {
    const [old, fresh] = newer === undefined ? version.split(' => ') : [version, newer];
    return {
      subject: `composer package ${name}`,
      aspect: 'version',
      before: verb === 'Installing' ? 'absent' : (old ?? ''),
      after: verb === 'Removing' ? 'absent' : (fresh ?? version),
    };
  });

const commandOf = ({ command, words }: ComposerArgs): string => ['composer', command, ...words].join(' ');

/** The packages that would come and go. A command that cannot tell runs; one without changes makes the autoloader anew. */
export const planComposer = (args: ComposerArgs, state: ComposerState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const runs = { subject: placeOf(args), aspect: 'runs', before: false, after: commandOf(args) };
  if (!state.foresees) return { differences: [runs], result: {}, unknown: true };
  const result = { msg: inOneLine(state.said), stdout: state.said };
  if (changesNothing(state.said)) {
    const anew = { subject: placeOf(args), aspect: 'autoloader', before: null, after: commandOf(args), reads: true };
    return { differences: [{ ...anew, reads: true }], result };
  }
  const packages = packagesIn(state.said);
  const other = { subject: placeOf(args), aspect: 'packages', before: 'other', after: `as by ${commandOf(args)}` };
  return { differences: packages.length > 0 ? packages : [other], result };
};

/** The command itself. */
export const applyComposer = (
  args: ComposerArgs,
  _state: ComposerState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const lines = [
    toolPath,
    composerFolder,
    ...composerBegin(args, quote),
    '[ $r -eq 0 ] || { cat "$e/err" >&2; exit 1; }',
    ...composerWords(args, '', quote),
    'run "$@"',
  ];
  return { script: lines.join('\n'), exitCodes: 'any' };
};

/** The return values: what composer printed, and whether it says that it changed anything. */
export const finishComposer = (
  _args: ComposerArgs,
  _state: ComposerState,
  _plan: ModulePlan,
  { code, stdout, stderr }: Applied,
): ModuleResult => {
  const msg = inOneLine(code === 0 ? stdout + stderr : stderr || stdout);
  if (code === 0) return { result: { msg, stdout: stdout + stderr }, changed: !changesNothing(stdout + stderr) };
  return { result: { msg, stdout: stderr }, changed: false, failed: msg || `composer ended with exit code ${code}` };
};
