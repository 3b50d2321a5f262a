import type { Applied, Quote } from '../module.ts';
import { readFields } from '../state/fields.ts';
import { missingTool, needFunction, sayFunction, toolPath } from '../state/tools.ts';
import { type Rules, type RuleWords, rulesAfter, tuplesOf } from './rule.ts';

/** Where a rule is to be put in: a number, counted from a place among the rules. */
export interface Place {
  readonly number: number;
  readonly from: string;
}

/** What the host says of its firewall. */
export interface UfwState {
  readonly failed?: string;
  readonly status: string;
  readonly active: boolean;
  /** It starts with the host. */
  readonly starts: boolean;
  readonly level: string;
  readonly policies: Readonly<Record<string, string>>;
  readonly rules: Rules;
  /** The rules when the wished one is made. */
  readonly after: Rules;
  /** The number at which a rule is put in; empty: at the end. */
  readonly place: string;
}

/** The last numbers of rules for IPv4 and for IPv6, in `$v4` and `$v6`: `ufw` counts both in one row. */
const numbers = String.raw`v4=0 v6=0
for l in $(ufw status numbered 2>/dev/null | sed -n -e 's/^\[ *\([0-9]\{1,\}\)\] .*(v6).*/6:\1/p' -e t -e 's/^\[ *\([0-9]\{1,\}\)\] .*/4:\1/p'); do
  case $l in 6:*) v6=\${l#6:} ;; *) v4=\${l#4:} ;; esac
done
last=$v4; [ "$v6" -gt "$last" ] && last=$v6`.replaceAll('\\$', '$');

const starts: Readonly<Record<string, string>> = {
  'first-ipv4': '1',
  'last-ipv4': '$((v4 > 0 ? v4 : 1))',
  'first-ipv6': '$((v4 > 0 ? v4 + 1 : 1))',
  'last-ipv6': '$((v6 > 0 ? last : last + 1))',
};

/** As Ansible counts: past the last rule means at the end. */
const placeLines = (place: Place | undefined): readonly string[] => {
  if (place === undefined) return ['n='];
  const from = starts[place.from];
  if (from === undefined) return [`n=${place.number}`];
  return [numbers, `n=$((${from} + ${place.number})); [ "$n" -gt "$last" ] && n=`];
};

/** A rule as a function: `rule [OPTION…]`. A comment is left out where `ufw` has none, before 0.35. */
export const ruleFunction = ({ before, after, comment }: RuleWords, quote: Quote): string => {
  const words = (some: readonly string[]) => some.map(quote).join(' ');
  return [
    'rule() {',
    `  set -- "$@" ${words(before)} \${n:+insert "$n"} ${words(after)}`,
    ...(comment === ''
      ? []
      : [
          `  case $(ufw --version) in 'ufw 0.'[0-2]*|'ufw 0.3'[0-4]*) ;; *) set -- "$@" comment ${quote(comment)} ;; esac`,
        ]),
    '  ufw "$@" </dev/null',
    '}',
  ].join('\n');
};

/** Asks `ufw` how it stands, and, by its own dry run, what a rule would make of its rules. */
export const probeUfw = (rule: RuleWords | undefined, place: Place | undefined, quote: Quote): string =>
  [
    toolPath,
    sayFunction,
    needFunction,
    'need ufw',
    's=$(ufw status verbose 2>&1) || { printf "%s\\n" "$s" | say failed; echo end; exit 0; }',
    'printf "%s\\n" "$s" | say status',
    'for f in user user6; do cat "/lib/ufw/$f.rules" "/var/lib/ufw/$f.rules" "/etc/ufw/$f.rules" 2>/dev/null | grep "^### tuple" | say "$f"; done',
    'cat /etc/default/ufw 2>/dev/null | grep "^DEFAULT_.*_POLICY=" | say policies',
    'cat /etc/ufw/ufw.conf 2>/dev/null | grep -e "^ENABLED=" -e "^LOGLEVEL=" | say conf',
    ...(rule === undefined
      ? []
      : [
          ...placeLines(place),
          'echo "place=$n"',
          ruleFunction(rule, quote),
          'd=$(rule --dry-run 2>&1); echo "code=$?"; printf "%s\\n" "$d" | say dry',
        ]),
    'echo end',
  ].join('\n');

const kinds: Readonly<Record<string, string>> = { ACCEPT: 'allow', DROP: 'deny', REJECT: 'reject' };
const ways: Readonly<Record<string, string>> = { INPUT: 'incoming', OUTPUT: 'outgoing', FORWARD: 'routed' };

const policiesOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^DEFAULT_(\w+)_POLICY="?(\w+)"?/gm)].flatMap(([, chain = '', target = '']) => {
      const [way, kind] = [ways[chain], kinds[target]];
      return way === undefined || kind === undefined ? [] : [[way, kind]];
    }),
  );

const ruleFailure = (code: number | undefined, said: string): string | undefined =>
  code === undefined || code === 0 ? undefined : said.trim().slice(-2000) || `ufw ended with code ${code}`;

/** Reads what {@link probeUfw} printed. */
export const readUfw = (output: Applied): UfwState => {
  const fields = readFields(output);
  const raw = (name: string): string => fields.raw(name) ?? '';
  const failed =
    missingTool(fields, 'ufw', 'Install the package ufw there.') ??
    fields.raw('failed')?.trim() ??
    ruleFailure(fields.number('code'), raw('dry'));
  const rules = { v4: tuplesOf(raw('user')), v6: tuplesOf(raw('user6')) };
  return {
    ...(failed !== undefined && { failed }),
    status: raw('status').trimEnd(),
    active: /^Status: active$/m.test(raw('status')),
    starts: /^ENABLED="?yes"?\s*$/im.test(raw('conf')),
    level: /^LOGLEVEL="?(\w+)/m.exec(raw('conf'))?.[1] ?? '',
    policies: policiesOf(raw('policies')),
    rules,
    after: rulesAfter(raw('dry'), rules),
    place: fields.get('place') ?? '',
  };
};
