import type { JsonObject } from '#core/json.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import type { KeyArgs } from './arguments.ts';
import { getKey, type KeyState, keyBegin, readKeys } from './probe.ts';

/** A key of eight digits is looked for by its last eight, a longer one by its last sixteen. */
const isThere = (keys: readonly string[], id: string): boolean => {
  const tail = id.slice(id.length === 8 ? -8 : -16);
  return keys.some((key) => key.endsWith(tail));
};

const resultOf = (state: KeyState): JsonObject => ({
  id: state.id,
  key_id: state.id,
  short_id: state.id.slice(-8),
  fp: state.id.slice(-16),
  before: state.keys,
});

/** The key that would come or go. */
export const planKey = (args: KeyArgs, state: KeyState): ModulePlan => {
  const result = resultOf(state);
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const there = isThere(state.keys, state.id);
  if (there === args.present) return { differences: [], result };
  const [before, after] = args.present ? ['absent', 'present'] : ['present', 'absent'];
  return { differences: [{ subject: `apt key ${state.id}`, aspect: 'state', before, after }], result };
};

const addLines = (args: KeyArgs, state: KeyState, quote: Quote): readonly string[] => {
  const { source } = args;
  if (source.kind !== 'keyserver')
    return [
      ...getKey(args, quote),
      '[ -s "$b/key" ] || { echo "the key could not be read" >&2; exit 1; }',
      'ak add "$b/key" >/dev/null 2>"$b/said" </dev/null || { cat "$b/said" >&2; exit 1; }',
    ];
  const receive = `ak adv --no-tty --keyserver ${quote(source.server)} --recv ${state.id} >"$b/said" 2>&1 </dev/null`;
  return [
    `i=0; until ${receive}; do i=$((i + 1)); [ $i -lt 5 ] || { echo ${quote(`Error fetching key ${state.id} from keyserver ${source.server}:`)} >&2; tail -n 3 "$b/said" >&2; exit 1; }; sleep 1; done`,
  ];
};

/** Adds or removes the key, then says which keys there are. */
export const applyKey = (args: KeyArgs, state: KeyState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const remove = `ak del ${state.id.slice(-8)} >/dev/null 2>&1 </dev/null || { echo "error removing key_id" >&2; exit 1; }`;
  const lines = [
    keyBegin(args, quote),
    `b=$(mktemp -d) || exit 1; trap 'rm -rf "$b"' EXIT`,
    ...(args.present ? addLines(args, state, quote) : [remove]),
    'keys 2>/dev/null',
    'exit 0',
  ];
  return { script: lines.join('\n') };
};

/** The return values; a key that did not come, or stayed, is a failure. */
export const finishKey = (args: KeyArgs, state: KeyState, plan: ModulePlan, applied: Applied): ModuleResult => {
  const after = readKeys(applied.stdout);
  const result = { ...plan.result, after };
  const what = args.present ? 'failed to add the key' : 'the key was not removed';
  const failed =
    applied.code !== 0
      ? failureOf(applied)
      : isThere(after, state.id) === args.present
        ? undefined
        : `apt-key did not return an error, but ${what} (check that the id is correct and *not* a subkey)`;
  if (failed === undefined) return { result, changed: true };
  return { result: { ...result, msg: failed }, changed: false, failed };
};
