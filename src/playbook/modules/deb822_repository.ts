import { prepareSources, type SourcesArgs, sourcesArguments } from './deb822_repository/arguments.ts';
import {
  planSources,
  probeSources,
  readSources,
  type SourcesState,
  wantedPlacement,
} from './deb822_repository/plan.ts';
import type { Apply, Module, ModulePlan, Quote } from './module.ts';
import { fetchFunction } from './packages/fetch.ts';
import { putLines } from './place/placement.ts';
import { failureOf } from './state/fields.ts';
import { shellFunctions } from './state/script.ts';
import { toolPath } from './state/tools.ts';

const keyLines = (args: SourcesArgs, state: SourcesState, quote: Quote): readonly string[] =>
  args.keyUrl === undefined || state.key === 'same'
    ? []
    : [
        fetchFunction,
        `f=${quote(state.keyFile)}; k=\${f%/*}; [ -d "$k" ] || mkdir -m 0755 "$k" || exit 1`,
        'n=$(mktemp "$k/.quarterdeck.XXXXXX") || exit 1',
        `fetch ${quote(args.keyUrl)} "$n" && chmod 0644 "$n" && mv -f "$n" "$f" || { rm -f "$n"; exit 1; }`,
      ];

const apply = (args: SourcesArgs, state: SourcesState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  if (!args.present) {
    const paths = plan.differences.map((one) => quote(one.subject));
    return { script: `rm -f -- ${paths.join(' ')}` };
  }
  const placement = wantedPlacement(args, state);
  const lines = [
    toolPath,
    shellFunctions('hex'),
    ...keyLines(args, state, quote),
    ...putLines(placement, state.place, state.identities, { from: '"$CONTENT"' }, quote),
  ];
  return { script: lines.join('\n'), contents: [{ name: 'CONTENT', content: placement.content }] };
};

/** A source of packages in a file of its own, in the newer form, with its key beside it. Lists are not fetched. */
export const deb822Repository: Module<SourcesArgs, SourcesState> = {
  name: 'deb822_repository',
  args: sourcesArguments,
  freeForm: 'kv',
  prepare: prepareSources,
  probe: probeSources,
  read: readSources,
  plan: planSources,
  subjects: (_args, state) => [state.place.path],
  apply,
  finish: (_args, _state, { result }, applied) => {
    if (applied.code === 0) return { result, changed: true };
    const msg = failureOf(applied);
    return { result: { ...result, msg }, changed: false, failed: msg };
  },
};
