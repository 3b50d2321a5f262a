import { ok, type Result, refused } from '#core/errors.ts';
import { nearest } from '#core/nearest.ts';
import { join, type Text, t } from '#core/text.ts';
import { Mistake } from '../templates/mistakes.ts';
import { NO_FLAGS } from '../templates/regex/ast.ts';
import { Regex, Subject } from '../templates/regex/regex.ts';
import { DEFAULT_BUDGET, Meter } from '../templates/run/budget.ts';
import { globMatcher } from './glob.ts';

/** What patterns select from. `hostsOf('all')` is every host, in inventory order. */
export interface Names {
  readonly hosts: readonly string[];
  readonly groups: readonly string[];
  hostsOf(group: string): readonly string[];
}

interface Term {
  readonly kind: 'add' | 'and' | 'not';
  readonly text: string;
}

/** The longest pattern that is read, in characters. */
const longest = 1000;

const wrong = (say: Text): Result<never> =>
  refused({
    code: 'inventory.bad_pattern',
    say,
    next: t(
      'Name hosts or groups: web, web-1, web:!web-2.',
      'Nommez des hôtes ou des groupes : web, web-1, web:!web-2.',
    ),
  });

/** Splits at commas, or else at colons outside brackets; undefined when a bracket is not closed. */
const splitTerms = (pattern: string): readonly string[] | undefined => {
  if (!/^(?:[^[\]]|\[[^\]]*\])*$/.test(pattern)) return undefined;
  const parts = pattern.includes(',') ? pattern.split(',') : (pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? []);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
};

const toTerm = (text: string): Term => {
  if (text.startsWith('!')) return { kind: 'not', text: text.slice(1) };
  return text.startsWith('&') ? { kind: 'and', text: text.slice(1) } : { kind: 'add', text };
};

/** Enough for any honest expression over thousands of names, and an end within a moment for one that tries everything. */
const regexMeter = (): Meter => new Meter({ ...DEFAULT_BUDGET, steps: 500_000 });

/** What is read and matched as Ansible does it, by Python's rules, with what all of a pattern may cost. */
const readRegex = (source: string, meter: Meter): ((name: string) => boolean) | undefined => {
  if (source === '' || source.length > 100) return undefined;
  const regex = new Regex(source, NO_FLAGS);
  return (name) => regex.match(new Subject(name), meter) !== undefined;
};

const matcherOf = (text: string, meter: Meter): ((name: string) => boolean) | undefined =>
  text.startsWith('~') ? readRegex(text.slice(1), meter) : globMatcher(text);

const isOpen = (text: string): boolean => text.startsWith('~') || /[.?*[]/.test(text);

/** Undefined for an expression that cannot be read, or costs too much. */
const select = (names: Names, text: string, meter: Meter): readonly string[] | undefined => {
  try {
    const matches = matcherOf(text, meter);
    return matches && selectBy(names, text, matches);
  } catch (thrown) {
    if (thrown instanceof Mistake) return undefined;
    throw thrown;
  }
};

const selectBy = (names: Names, text: string, matches: (name: string) => boolean): readonly string[] => {
  const groups = names.groups.filter(matches);
  const found = groups.flatMap((group) => names.hostsOf(group));
  const single = groups.length === 0 || isOpen(text) ? names.hosts.filter(matches) : [];
  return [...new Set([...found, ...single])];
};

interface Subscripted {
  readonly text: string;
  readonly from?: number;
  /** Inclusive; absent for one host, -1 for the last. */
  readonly to?: number;
}

const readSubscript = (text: string): Subscripted => {
  if (text.startsWith('~')) return { text };
  const [, base, one, from, to] = /^(.+)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/.exec(text) ?? [];
  if (base === undefined) return { text };
  if (one !== undefined) return { text: base, from: Number(one) };
  return { text: base, from: Number(from), to: to === '' ? -1 : Number(to) };
};

const applySubscript = (hosts: readonly string[], subscript: Subscripted): readonly string[] | undefined => {
  const { from, to } = subscript;
  if (from === undefined || hosts.length === 0) return hosts;
  if (to !== undefined) return hosts.slice(from, to === -1 ? undefined : to + 1);
  const host = hosts.at(from);
  return host === undefined ? undefined : [host];
};

const unknown = (names: Names, text: string): Result<never> => {
  const [near] = nearest(text, [...names.groups, ...names.hosts]);
  const say = t(`No host or group is called “${text}”.`, `Aucun hôte ni groupe ne s’appelle « ${text} ».`);
  const hint = near ? t(` Did you mean “${near}”?`, ` Vouliez-vous dire « ${near} » ?`) : '';
  return refused({
    code: 'inventory.no_match',
    say: join([say, hint]),
    next: t('Name a host or a group of the inventory.', 'Nommez un hôte ou un groupe de l’inventaire.'),
    ...(near && { details: { nearest: near } }),
  });
};

const matchTerm = (names: Names, text: string, lenient: boolean, meter: Meter): Result<readonly string[]> => {
  if (text === '') return wrong(t('A part of the host pattern is empty.', 'Une partie du motif d’hôtes est vide.'));
  if (names.hosts.includes(text)) return ok([text]);
  const subscript = readSubscript(text);
  const found = select(names, subscript.text, meter);
  if (found === undefined) {
    return wrong(
      t(
        `“${text}” is not a regular expression that can be used here.`,
        `« ${text} » n’est pas une expression régulière utilisable ici.`,
      ),
    );
  }
  const hosts = applySubscript(found, subscript);
  if (hosts === undefined)
    return wrong(t(`“${text}”: there is no such host number.`, `« ${text} » : il n’y a pas d’hôte de ce numéro.`));
  const named = names.groups.includes(subscript.text) || subscript.text === 'all';
  return hosts.length === 0 && !named && !lenient ? unknown(names, subscript.text) : ok(hosts);
};

const ranks: Readonly<Record<Term['kind'], number>> = { add: 0, and: 1, not: 2 };

const combine = (hosts: readonly string[], kind: Term['kind'], found: readonly string[]): readonly string[] => {
  if (kind === 'add') return [...new Set([...hosts, ...found])];
  const named = new Set(found);
  return hosts.filter((host) => named.has(host) === (kind === 'and'));
};

/**
 * The names an Ansible pattern selects, unions first, then intersections, then exclusions. A word that names nothing is
 * refused unless `lenient` (Ansible passes over it): a slip in `web:!dbb` would otherwise reach too far.
 */
export const matchNames = (names: Names, pattern: string, lenient: boolean): Result<readonly string[]> => {
  if (pattern.length > longest) {
    return wrong(t('A host pattern has at most 1,000 characters.', 'Un motif d’hôtes a au plus 1 000 caractères.'));
  }
  const written = splitTerms(pattern)?.map(toTerm);
  if (written === undefined)
    return wrong(t('A bracket of the host pattern is not closed.', 'Un crochet du motif d’hôtes n’est pas fermé.'));
  if (written.length === 0) return wrong(t('The host pattern is empty.', 'Le motif d’hôtes est vide.'));
  const base: readonly Term[] = written.some((term) => term.kind === 'add') ? [] : [{ kind: 'add', text: 'all' }];
  const terms = [...base, ...written].sort((a, b) => ranks[a.kind] - ranks[b.kind]);
  const meter = regexMeter();
  let hosts: readonly string[] = [];
  for (const term of terms) {
    const found = matchTerm(names, term.text, lenient, meter);
    if (!found.ok) return found;
    hosts = combine(hosts, term.kind, found.value);
  }
  if (hosts.length > 0) return ok(hosts);
  return refused({
    code: 'inventory.no_match',
    say: t(`“${pattern}” selects no host.`, `« ${pattern} » ne désigne aucun hôte.`),
    next: t('Name a host or a group that has hosts.', 'Nommez un hôte ou un groupe qui a des hôtes.'),
  });
};
