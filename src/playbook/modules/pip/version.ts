/** A version of Python's packages in parts that compare one after the other (PEP 440). */
type Key = readonly (number | string)[];

const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|alpha|b|beta|c|rc|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9.]+))?$/i;

const stages: Readonly<Record<string, number>> = { a: 1, alpha: 1, b: 2, beta: 2, c: 3, rc: 3, pre: 3, preview: 3 };

const releaseOf = (written: string): readonly number[] => {
  const parts = written.split('.').map(Number);
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return parts;
};

const compareNumbers = (one: readonly number[], other: readonly number[]): number => {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Before a release come its development versions, then its first stages; after it its later ones. */
const tailOf = (match: RegExpExecArray): Key => {
  const [, , , stage, stageNumber, dash, post, postNumber, dev, devNumber] = match;
  const hasPost = dash !== undefined || post !== undefined;
  const first = stage === undefined ? (dev !== undefined && !hasPost ? 0 : 4) : (stages[stage.toLowerCase()] ?? 3);
  return [
    first,
    Number(stageNumber ?? 0),
    hasPost ? 1 : 0,
    Number(dash ?? postNumber ?? 0),
    dev === undefined ? 1 : 0,
    Number(devNumber ?? 0),
  ];
};

/** Less than, equal to or greater than 0, as versions compare; undefined when one is none. */
export const compareVersions = (one: string, other: string): number | undefined => {
  const [left, right] = [pattern.exec(one.trim()), pattern.exec(other.trim())];
  if (left === null || right === null) return undefined;
  const epoch = Number(left[1] ?? 0) - Number(right[1] ?? 0);
  const release = epoch || compareNumbers(releaseOf(left[2] ?? ''), releaseOf(right[2] ?? ''));
  if (release !== 0) return release;
  const [a, b] = [tailOf(left), tailOf(right)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? 0 : Number(a[at]) - Number(b[at]);
};

const startsWith = (version: string, prefix: string): boolean => {
  const [whole, part] = [version, prefix].map(
    (text) => /^v?(?:\d+!)?(\d+(?:\.\d+)*)/.exec(text)?.[1]?.split('.') ?? [],
  );
  return (part ?? []).every((number, index) => Number(number) === Number(whole?.[index] ?? 0));
};

const isLocal = (version: string): boolean => version.includes('+');
const publicOf = (version: string): string => version.replace(/\+.*$/, '');

const holds = (version: string, operator: string, wanted: string): boolean => {
  if (operator === '===') return version === wanted;
  const own = isLocal(wanted) ? version : publicOf(version);
  if (wanted.endsWith('.*')) return startsWith(own, wanted.slice(0, -2)) === (operator === '==');
  const order = compareVersions(own, wanted);
  if (order === undefined) return operator === '==' && version === wanted;
  if (operator === '~=') return order >= 0 && startsWith(own, wanted.replace(/\.\d+[^.]*$/, ''));
  const results: Readonly<Record<string, boolean>> = {
    '==': order === 0 && (!isLocal(wanted) || version.endsWith(wanted.slice(wanted.indexOf('+')))),
    '!=': order !== 0,
    '<=': order <= 0,
    '>=': order >= 0,
    '<': order < 0,
    '>': order > 0,
  };
  return results[operator] ?? false;
};

/** True when a version fits `>=1.2,<2`. Nothing asked for fits everything. */
export const satisfies = (version: string, specifiers: string): boolean =>
  specifiers
    .split(',')
    .map((one) => /^\s*(===|==|!=|~=|<=|>=|<|>)\s*(\S+)\s*$/.exec(one))
    .every((match) => match === null || holds(version, match[1] ?? '', match[2] ?? ''));
