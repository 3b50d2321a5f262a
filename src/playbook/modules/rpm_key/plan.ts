import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import type { RpmKeyArgs } from './arguments.ts';
import { isKey, type PublicKey } from './keys.ts';
import { findKey, type RpmKeyState, rpmKeyBegin } from './probe.ts';

const missing = ({ meant, imported }: RpmKeyState): readonly PublicKey[] =>
  meant.filter(({ id }) => !imported.some((key) => isKey(key, id)));

const there = ({ meant, imported }: RpmKeyState): readonly PublicKey[] =>
  imported.filter((key) => meant.some(({ id }) => isKey(key, id)));

/** Why the key does not come: it is not at hand, or not the one that was named. */
const obstacle = (args: RpmKeyArgs, state: RpmKeyState): string | undefined => {
  if (missing(state).length === 0) return undefined;
  if (args.source.kind === 'id') return 'When importing a key, a valid file must be given';
  const other = state.meant.find(({ fingerprint }) => !args.fingerprints.includes(fingerprint));
  if (args.fingerprints.length === 0 || other === undefined) return undefined;
  const wanted = args.fingerprints.join(', ');
  return `The specified fingerprint, '${wanted}', does not match the key fingerprint '${other.fingerprint}'`;
};

/** The keys that would come or go. */
export const planRpmKey = (args: RpmKeyArgs, state: RpmKeyState): ModulePlan => {
  const failed = state.failed ?? (args.present ? obstacle(args, state) : undefined);
  if (failed !== undefined) return { differences: [], result: { msg: failed }, failed };
  const [before, after] = args.present ? ['absent', 'present'] : ['present', 'absent'];
  const keys = args.present ? missing(state) : there(state);
  return {
    differences: keys.map(({ id }) => ({ subject: `rpm key ${id}`, aspect: 'state', before, after })),
    result: {},
  };
};

/** The keys of the plan and no others: what is at an address may be something else by now. */
const importLines = (args: RpmKeyArgs, state: RpmKeyState, quote: Quote): readonly string[] => [
  rpmKeyBegin,
  ...findKey(args, quote).map((line) => (line.startsWith('said=') ? `${line} || { echo "$said" >&2; exit 1; }` : line)),
  `[ "$(prints; echo .)" = ${quote(`${state.prints}.`)} ] || { echo "the key is no longer the one that was planned" >&2; exit 1; }`,
  'rpm --import "$f" </dev/null',
];

const eraseLine = ({ id }: PublicKey, quote: Quote): string =>
  `rpm --erase --allmatches ${quote(`gpg-pubkey-${id.slice(-8).toLowerCase()}`)} </dev/null || exit 1`;

/** Imports the key, or erases those that are meant. */
export const applyRpmKey = (
  args: RpmKeyArgs,
  state: RpmKeyState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const lines = args.present
    ? importLines(args, state, quote)
    : [rpmKeyBegin, ...there(state).map((key) => eraseLine(key, quote))];
  return { script: lines.join('\n') };
};

/** The outcome: rpm's own words where it refused. */
export const finishRpmKey = (
  _args: RpmKeyArgs,
  _state: RpmKeyState,
  { result }: ModulePlan,
  applied: Applied,
): ModuleResult => {
  if (applied.code === 0) return { result, changed: true };
  const msg = failureOf(applied);
  return { result: { msg }, changed: false, failed: msg };
};
