import { wrong } from '../state/wrong.ts';

/** One `--exclude` or `--include`. */
export interface FilterRule {
  readonly keeps: boolean;
  /** As rsync reads it: `/` in front for the top of the transfer, `/` at the end for folders only. */
  readonly pattern: string;
}

const escaped = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

/** The classes of characters by name, as they are written in an expression here. */
const named: Readonly<Record<string, string>> = {
  ...{ alnum: 'A-Za-z0-9', alpha: 'A-Za-z', blank: ' \\t', cntrl: '\\x00-\\x1f\\x7f', digit: '0-9', graph: '!-~' },
  ...{ lower: 'a-z', print: ' -~', punct: '!-/:-@\\[-`{-~', space: '\\s', upper: 'A-Z', xdigit: '0-9A-Fa-f' },
};

const classOf = (written: string): string => {
  const inside = written
    .slice(1, -1)
    .replace(/^[!^]/, '')
    .replace(/\[:(\w+):\]|[\\\]^[]/g, (whole, name?: string) =>
      name === undefined ? `\\${whole}` : (named[name] ?? ''),
    );
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

/** Throws a Fault for a pattern that means nothing: `[z-a]`. */
const matcherOf = (source: string, pattern: string): RegExp => {
  try {
    return new RegExp(source, 's');
  } catch {
    throw wrong(
      `synchronize: “${pattern}” is not a pattern of rsync.`,
      `synchronize : « ${pattern} » n’est pas un motif de rsync.`,
    );
  }
};

/** A pattern as one test of a path: by its name alone unless it has a slash inside. */
const testOf = (pattern: string): ((path: string, directory: boolean) => boolean) => {
  const everything = pattern.endsWith('/***');
  const folders = !everything && pattern.endsWith('/');
  const plain = everything ? pattern.slice(0, -4) : folders ? pattern.slice(0, -1) : pattern;
  const anchored = plain.startsWith('/');
  const body = piecesOf(anchored ? plain.slice(1) : plain);
  const whole = anchored || plain.includes('/') || plain.includes('**');
  const matcher = matcherOf(`${anchored ? '^' : '(?:^|/)'}${body}${everything ? '(?:$|/)' : '$'}`, pattern);
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
