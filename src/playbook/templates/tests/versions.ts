import { valueMistake } from '../mistakes.ts';
import { builtin } from '../run/builtin.ts';
import { wholeOf } from '../values/literals.ts';
import { show, textOf, truth } from '../values/show.ts';
import { compareTexts } from '../values/text.ts';

type Order = (a: string, b: string) => number;

const invalid = (version: string): Error =>
  valueMistake(`'${version}' is no version of this kind`, `« ${version} » n’est pas une version de ce genre`);

function compareLists<T>(a: readonly T[], b: readonly T[], order: (a: T, b: T) => number): number {
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const result = order(one, other);
    if (result !== 0) return result;
  }
  return a.length - b.length;
}

const compareWhole = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const looseParts = (version: string): (string | bigint)[] =>
  version
    .split(/(\d+|[a-z]+|\.)/)
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (/^\d+$/.test(part) ? wholeOf(part) : part));

const loose: Order = (a, b) =>
  compareLists(looseParts(a), looseParts(b), (one, other) => {
    if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other);
    if (typeof one === 'bigint' && typeof other === 'bigint') return compareWhole(one, other);
    throw valueMistake(
      `the versions '${a}' and '${b}' cannot be compared`,
      `les versions « ${a} » et « ${b} » ne se comparent pas`,
    );
  });

interface Release {
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];
}

function compareReleases(a: Release, b: Release, order: (one: string, other: string) => number): number {
  const numbers = compareLists(a.numbers, b.numbers, compareWhole);
  if (numbers !== 0) return numbers;
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  return compareLists(a.pre, b.pre, order);
}

function strictRelease(version: string): Release {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(version);
  if (match === null) throw invalid(version);
  const [, major = '0', minor = '0', patch = '0', letter, number = '0'] = match;
  return {
    numbers: [major, minor, patch].map((part) => wholeOf(part)),
    pre: letter === undefined ? [] : [letter, number],
  };
}

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

function semanticRelease(version: string): Release {
  const match = SEMVER.exec(version);
  if (match === null) throw invalid(version);
  const [, major = '0', minor = '0', patch = '0', pre] = match;
  return { numbers: [major, minor, patch].map((part) => wholeOf(part)), pre: pre === undefined ? [] : pre.split('.') };
}

/** Numbers before words, numbers by size, words by letters. */
function comparePre(a: string, b: string): number {
  const [one, other] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (one && other) return compareWhole(wholeOf(a), wholeOf(b));
  return one === other ? compareTexts(a, b) : one ? -1 : 1;
}

const PEP440 =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d+)?)?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d+)?)?(?:[-_.]?(dev)[-_.]?(\d+)?)?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

const PRE_LETTERS: Readonly<Record<string, bigint>> = { a: 0n, alpha: 0n, b: 1n, beta: 1n };

/** A PEP 440 version as numbers that compare in its order. */
function pep440Key(version: string): { readonly numbers: readonly bigint[]; readonly local: readonly string[] } {
  const match = PEP440.exec(version.trim().toLowerCase());
  if (match === null) throw invalid(version);
  const [whole, epoch = '0', release = '0', letter, pre = '0', post1, post2, dev, devNumber = '0', local] = match;
  const hasPost = post1 !== undefined || /(?:post|rev|r)\d*/.test(whole.replace(/rc/g, '').split('+')[0] ?? '');
  const numbers = release.split('.').map((part) => wholeOf(part));
  while (numbers.length > 1 && numbers.at(-1) === 0n) numbers.pop();
  const preKey =
    letter === undefined
      ? dev !== undefined && !hasPost
        ? [-1n, 0n]
        : [9n, 0n]
      : [PRE_LETTERS[letter] ?? 2n, wholeOf(pre)];
  const postKey = hasPost ? wholeOf(post1 ?? post2 ?? '0') + 1n : 0n;
  const devKey = dev === undefined ? [1n, 0n] : [0n, wholeOf(devNumber)];
  const padded = [...numbers, ...Array.from({ length: Math.max(0, 32 - numbers.length) }, () => 0n)];
  return {
    numbers: [wholeOf(epoch), ...padded, ...preKey, postKey, ...devKey],
    local: local === undefined ? [] : local.split(/[-_.]/),
  };
}

const pep440: Order = (a, b) => {
  const [one, other] = [pep440Key(a), pep440Key(b)];
  const numbers = compareLists(one.numbers, other.numbers, compareWhole);
  return numbers === 0 ? compareLists(one.local, other.local, (x, y) => -comparePre(y, x)) : numbers;
};

const strict: Order = (a, b) => compareReleases(strictRelease(a), strictRelease(b), comparePre);
const semantic: Order = (a, b) => compareReleases(semanticRelease(a), semanticRelease(b), comparePre);

const KINDS: ReadonlyMap<string, Order> = new Map([
  ['loose', loose],
  ['strict', strict],
  ['semver', semantic],
  ['semantic', semantic],
  ['pep440', pep440],
]);

const OPERATORS: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ...['==', '=', 'eq'].map((name) => [name, (order: number) => order === 0] as const),
  ...['!=', '<>', 'ne'].map((name) => [name, (order: number) => order !== 0] as const),
  ...['<', 'lt'].map((name) => [name, (order: number) => order < 0] as const),
  ...['<=', 'le'].map((name) => [name, (order: number) => order <= 0] as const),
  ...['>', 'gt'].map((name) => [name, (order: number) => order > 0] as const),
  ...['>=', 'ge'].map((name) => [name, (order: number) => order >= 0] as const),
]);

/** Ansible's `version`: loose unless told otherwise. */
export const version = builtin(
  'value, version, operator="eq", strict=null, version_type=null',
  (run, value, other, operator, isStrict, type) => {
    if (!truth(value) || !truth(other)) throw valueMistake('a version is empty', 'une version est vide');
    if (isStrict !== null && type !== null)
      throw valueMistake("'strict' and 'version_type' exclude each other", '« strict » et « version_type » s’excluent');
    const kind =
      isStrict !== null && truth(isStrict) ? 'strict' : type === null ? 'loose' : textOf(type, 'version_type');
    const order = KINDS.get(kind);
    const holds = OPERATORS.get(textOf(operator, 'operator'));
    if (order === undefined)
      throw valueMistake(`there is no version type '${kind}'`, `il n’y a pas de type de version « ${kind} »`);
    if (holds === undefined)
      throw valueMistake(
        `there is no operator '${textOf(operator, 'operator')}'`,
        `il n’y a pas d’opérateur « ${textOf(operator, 'operator')} »`,
      );
    return holds(order(show(value, run.meter), show(other, run.meter)));
  },
);
