/** One `--exclude` or `--include`. */
export interface FilterRule {
  readonly keeps: boolean;
  /** As rsync reads it: `/` in front for the top of the transfer, `/` at the end for folders only. */
  readonly pattern: string;
}

const escaped = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

const classOf = (written: string): string => {
  const inside = written
    .slice(1, -1)
    .replace(/^[!^]/, '')
    .replace(/[\\\]^]/g, '\\$&');
  return /^\[[!^]/.test(written) ? `[^/${inside}]` : `[${inside}]`;
};

/** `**`, a character behind a backslash, a class as the shell writes it, or one character. */
const tokens = /\*\*|\\[\s\S]|\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]|[\s\S]/g;

const pieceOf = (token: string): string => {
  if (token === '**') return '.*';
  if (token === '*') return '[^/]*';
  if (token === '?') return '[^/]';
  if (token.length === 1) return escaped(token);
  return token.startsWith('\\') ? escaped(token.slice(1)) : classOf(token);
};

const piecesOf = (pattern: string): string => (pattern.match(tokens) ?? []).map(pieceOf).join('');

/** A pattern as one test of a path: by its name alone unless it has a slash inside. */
const testOf = (pattern: string): ((path: string, directory: boolean) => boolean) => {
  const everything = pattern.endsWith('/***');
  const folders = !everything && pattern.endsWith('/');
  const plain = everything ? pattern.slice(0, -4) : folders ? pattern.slice(0, -1) : pattern;
  const anchored = plain.startsWith('/');
  const body = piecesOf(anchored ? plain.slice(1) : plain);
  const whole = anchored || plain.includes('/') || plain.includes('**');
  const matcher = new RegExp(`${anchored ? '^' : '(?:^|/)'}${body}${everything ? '(?:$|/)' : '$'}`, 's');
  return (path, directory) =>
    (directory || !folders) && matcher.test(whole || everything ? path : (path.split('/').at(-1) ?? ''));
};

/** True for what no rule leaves out: the first rule that matches decides. */
export const filterOf = (rules: readonly FilterRule[]): ((path: string, directory: boolean) => boolean) => {
  const tests = rules.map(({ keeps, pattern }) => ({ keeps, test: testOf(pattern) }));
  return (path, directory) => tests.find(({ test }) => test(path, directory))?.keeps ?? true;
};

/** A rule as written: `+ ` and `- ` in front say the other way, or the same. */
export const ruleOf = (written: string, keeps: boolean): FilterRule => {
  const [, sign, rest] = /^([-+]) (.*)$/s.exec(written) ?? [];
  return rest === undefined ? { keeps, pattern: written } : { keeps: sign === '+', pattern: rest };
};

/** The rules in a file of `--exclude-from`: a line each, without those that are empty or begin with `#` or `;`. */
export const rulesOf = (text: string, keeps: boolean): readonly FilterRule[] =>
  text
    .split(/\r?\n|\r/)
    .filter((line) => line.trim() !== '' && !/^[#;]/.test(line))
    .map((line) => ruleOf(line, keeps));
