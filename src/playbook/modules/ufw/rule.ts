import type { JsonObject } from '#core/json.ts';
import type { FoundDifference } from '../module.ts';

/** A rule in the words of `ufw`, but for its place and its comment, which an old `ufw` does not know. */
export interface RuleWords {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly comment: string;
}

const given = (value: unknown, ...words: readonly string[]): readonly string[] =>
  value === undefined || value === '' || value === false ? [] : [...words, ...(value === true ? [] : [String(value)])];

/** The long form of a rule; what goes between `before` and `after` is where it is put in. */
export const ruleWords = (args: JsonObject): RuleWords => ({
  before: [...given(args.route, 'route'), ...given(args.delete, 'delete')],
  after: [
    ...given(args.rule),
    ...given(args.direction),
    ...given(args.interface, 'on'),
    ...given(args.interface_in, 'in', 'on'),
    ...given(args.interface_out, 'out', 'on'),
    ...given(args.log, 'log'),
    ...given(args.from_ip, 'from'),
    ...given(args.from_port, 'port'),
    ...given(args.to_ip, 'to'),
    ...given(args.to_port, 'port'),
    ...given(args.proto, 'proto'),
    ...given(args.name, 'app'),
  ],
  comment: String(args.comment ?? ''),
});

/** The rules of one kind of address, as ufw keeps them: `allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in`. */
export interface Rules {
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

const mark = '### tuple ### ';

/** The rules of a file of ufw. */
export const tuplesOf = (file: string): readonly string[] =>
  file.split('\n').flatMap((line) => (line.startsWith(mark) ? [line.slice(mark.length).trim()] : []));

/** What a dry run printed: for each kind of address it would write the whole file, the last one counts; else nothing is written. */
export const rulesAfter = (dryRun: string, now: Rules): Rules => {
  const files = dryRun.split(/^\*filter$/m).slice(1);
  const last = (chain: string) => files.findLast((file) => file.includes(`:${chain}-user-input `));
  const [v4, v6] = [last('ufw'), last('ufw6')];
  return { v4: v4 === undefined ? now.v4 : tuplesOf(v4), v6: v6 === undefined ? now.v6 : tuplesOf(v6) };
};

/** As people read it: ufw keeps comments in hexadecimal. */
const shown = (tuple: string): string =>
  tuple.replace(/ comment=([0-9a-f]+)$/, (_, hex: string) => ` # ${Buffer.from(hex, 'hex').toString('utf8')}`);

const without = (rules: readonly string[], others: readonly string[]): readonly string[] =>
  rules.filter((rule) => !others.includes(rule));

/** What becomes of the rules; `place` is where new ones are put in. */
export const ruleDifferences = (now: Rules, then: Rules, place: string): readonly FoundDifference[] =>
  (['v4', 'v6'] as const).flatMap((kind) => [
    ...without(now[kind], then[kind]).map((rule) => difference(rule, true)),
    ...without(then[kind], now[kind]).map((rule) => ({
      ...difference(rule, false),
      ...(place === '' ? {} : { sealed: [kind, place] }),
    })),
  ]);

const difference = (rule: string, isThere: boolean): FoundDifference => ({
  subject: `ufw rule ${shown(rule)}`,
  aspect: 'state',
  before: isThere ? 'present' : 'absent',
  after: isThere ? 'absent' : 'present',
});
