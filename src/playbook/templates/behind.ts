import { isPlainLookup, lookups, taming } from './pieces.ts';
import type { Expression, Statement } from './syntax/ast.ts';
import { shortName } from './syntax/known.ts';
import { argumentsOf, freeNames, freeNamesOf } from './syntax/names.ts';
import type { Template } from './template.ts';

const OF_HOSTS = 'hostvars.';

/** The name that stands for a variable of any host: `hostvars[…].app`. */
export const ofAnyHost = (name: string): string => `${OF_HOSTS}${name}`;

/** The variable that such a name stands for; undefined for another. */
export const anyHostsOwn = (name: string): string | undefined =>
  name.startsWith(OF_HOSTS) ? name.slice(OF_HOSTS.length) : undefined;

/** The variables that come into a value; those that only decide do not. */
export const namesIn = (expression: Expression): readonly string[] => {
  const part = reduced(expression) as Expression;
  return withoutPlain(freeNamesOf(part), part);
};

/** The variables behind the text of statements. */
export const namesInAll = (statements: readonly Statement[]): readonly string[] => {
  const parts = reduced(statements) as readonly Statement[];
  return withoutPlain(freeNames(parts), parts);
};

/** The variables behind a template. */
export const namesBehind = ({ body }: Template): readonly string[] => namesInAll(body);

/** The variable that a template's text begins with. */
export const leadBehind = ({ body: [first] }: Template): string | undefined =>
  first?.node === 'output' ? leadIn(first.value) : undefined;

/** The variable that an expression's text begins with. */
export const leadIn = (expression: Expression): string | undefined => leadOf(reduced(expression) as Expression);

function leadOf(expression: Expression): string | undefined {
  switch (expression.node) {
    case 'name':
      return expression.name;
    case 'attribute':
    case 'item':
      return leadOf(expression.of);
    case 'filter':
      return expression.of && leadOf(expression.of);
    case 'binary':
      return leadOf(expression.left);
    case 'concat':
      return expression.parts[0] && leadOf(expression.parts[0]);
    case 'list':
    case 'tuple':
      return expression.items[0] && leadOf(expression.items[0]);
    default:
      return undefined;
  }
}

const opening = new Set(['b64decode', 'urldecode', 'from_json', 'from_yaml', 'from_yaml_all']);

/** Does anything in it take a text out of an encoding, or put line ends into one? */
export function opens(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const node = part as Expression;
  if (node.node === 'filter' && (opening.has(shortName(node.name)) || queriesFreely(node))) return true;
  if (node.node === 'literal') return typeof node.value === 'string' && opening.has(shortName(node.value));
  return putsLineEnds(node) || Object.values(part).some(opens);
}

/** JMESPath has escapes of its own in its texts, unless the author wrote an expression without any. */
const queriesFreely = (node: Extract<Expression, { node: 'filter' }>): boolean =>
  shortName(node.name) === 'json_query' &&
  argumentsOf(node).some((one) => one !== node.of && !(one.node === 'literal' && !String(one.value).includes('\\')));

const replacing = new Set(['replace', 'regex_replace']);

function putsLineEnds(node: Expression): boolean {
  const name = node.node === 'filter' ? shortName(node.name) : node.node === 'call' ? methodOf(node) : undefined;
  if (name === undefined || !replacing.has(name)) return false;
  return argumentsOf(node).some((one) => one.node === 'literal' && /[\r\n]|\\[rn]/.test(String(one.value)));
}

const methodOf = ({ callee }: Extract<Expression, { node: 'call' }>): string | undefined =>
  callee.node === 'attribute' ? callee.name : undefined;

/** Lookups are named only where one of them may reach any variable. */
const withoutPlain = (names: ReadonlySet<string>, part: unknown): readonly string[] =>
  reaches(part) ? [...names] : [...names].filter((name) => !lookups.has(name));

function reaches(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const node = part as Expression;
  if (node.node === 'name') return lookups.has(node.name);
  if (node.node === 'call' && isPlainLookup(node)) return argumentsOf(node).some(reaches);
  return Object.values(part).some(reaches);
}

/** The same tree with what comes into the text alone, and with plain names for what is reached by a written one. */
function reduced(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map(reduced);
  const node = part as Expression | Statement;
  if (node.node === 'literal') return node;
  const kept = node.node === undefined ? undefined : keptOf(node);
  if (kept) return { node: 'list', items: kept.map(reduced), offset: node.offset };
  const whole = 'test' in node ? { ...node, test: nothing } : node;
  return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, reduced(value)]));
}

const nothing: Expression = { node: 'list', items: [], offset: 0 };
const named = (name: string, offset: number): Expression => ({ node: 'name', name, offset });

/** Filters whose arguments only say which items are taken. */
const choosing = new Set(['select', 'reject', 'selectattr', 'rejectattr']);

/** What of an expression comes into its value, where that is not all of it. */
function keptOf(node: Expression | Statement): readonly Expression[] | undefined {
  switch (node.node) {
    case 'test':
    case 'not':
    case 'compare':
      return [];
    case 'choice':
      return [node.yes, ...(node.no ? [node.no] : [])];
    case 'attribute':
    case 'item':
      return ofItem(node);
    case 'filter':
      return ofFilter(node);
    case 'call':
      return ofLookup(node);
    default:
      return undefined;
  }
}

function ofItem(node: Extract<Expression, { node: 'attribute' | 'item' }>): readonly Expression[] | undefined {
  const name = keyOf(node);
  const { of } = node;
  const isHost = (of.node === 'item' || of.node === 'attribute') && of.of.node === 'name' && of.of.name === 'hostvars';
  if (isHost && name !== undefined) return [named(ofAnyHost(name), node.offset)];
  return node.node === 'item' && node.key.node !== 'literal' ? [of] : undefined;
}

const keyOf = (node: Extract<Expression, { node: 'attribute' | 'item' }>): string | undefined => {
  if (node.node === 'attribute') return node.name;
  return node.key.node === 'literal' && typeof node.key.value === 'string' ? node.key.value : undefined;
};

function ofFilter(node: Extract<Expression, { node: 'filter' }>): readonly Expression[] | undefined {
  const name = shortName(node.name);
  if (taming.has(name)) return [];
  if (['int', 'float', 'ternary'].includes(name)) return argumentsOf(node);
  return choosing.has(name) && node.of ? [node.of] : undefined;
}

/** `lookup('vars', 'name')` is that variable. */
function ofLookup(node: Extract<Expression, { node: 'call' }>): readonly Expression[] | undefined {
  if (node.callee.node !== 'name' || !lookups.has(node.callee.name) || node.args.rest) return undefined;
  const [kind, ...names] = node.args.positional.map((one) =>
    one.node === 'literal' && typeof one.value === 'string' ? one.value : undefined,
  );
  if (kind === undefined || shortName(kind) !== 'vars' || node.args.restNamed) return undefined;
  const written = names.filter((name) => name !== undefined);
  if (written.length !== names.length) return undefined;
  return [...written.map((name) => named(name, node.offset)), ...node.args.named.map(({ value }) => value)];
}
