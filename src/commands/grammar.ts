import { lineTooLong, longestLine } from '#core/chat.ts';
import { ok, type Refusal, type Result, refused } from '#core/errors.ts';
import { t } from '#core/text.ts';

/** One word of a line. `quoted` words mean themselves: they are never a flag, a key or a command. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  /** The name before `=` in `key=value`; `text` is then the value. */
  readonly key?: string;
  /** For `--name` or `--name=value`: the name. */
  readonly flag?: string;
  /** True for a `--name` alone: its value, if it takes one, is the next word. */
  readonly bare?: boolean;
  /** Marks after the last word that are not part of it, unless it is free text: `!`, `…`. */
  readonly trail?: string;
  /** Where it starts and ends in the normalised line. */
  readonly start: number;
  readonly end: number;
}

/** A line ready to be understood: the phone's typography undone, and the words in it. */
export interface Line {
  readonly text: string;
  readonly tokens: readonly Token[];
}

// Spaces that are not the space bar's, line ends excepted.
const oddSpaces = /[\t\v\f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
// Marks nobody sees: zero width, direction, soft hyphen, byte order, variation selectors for text.
const invisible =
  /[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|\ufe0e|(?<!\p{Extended_Pictographic}\ufe0f?)\u200d/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const control = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const openers: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '“': '”“"',
  '”': '”"',
  '„': '“”',
  '«': '»',
  '‘': '’‘',
  '’': '’',
  '‚': '‘’',
};

const controlCharacter = (text: string, at: number): Refusal => {
  const point = `U+${(text.charCodeAt(at) || 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return {
    code: 'line.control_character',
    say: t(
      `There is a control character (${point}) at position ${at + 1}.`,
      `Il y a un caractère de commande (${point}) en position ${at + 1}.`,
    ),
    next: t('Type the order again without it.', 'Retapez l’ordre sans lui.'),
  };
};

const severalLines: Refusal = {
  code: 'line.several',
  say: t('One order per message: this has several lines.', 'Un ordre par message : celui-ci a plusieurs lignes.'),
  next: t('Send each line as a message of its own.', 'Envoyez chaque ligne dans un message à part.'),
};

const openQuote = (at: number): Refusal => ({
  code: 'line.open_quote',
  say: t(
    `The quote opened at position ${at + 1} is never closed.`,
    `Le guillemet ouvert en position ${at + 1} n’est jamais fermé.`,
  ),
  next: t('Close it, or leave it out.', 'Fermez-le, ou enlevez-le.'),
});

/** Undoes what phones do to a line: odd spaces, invisible marks; refuses what no person means. */
function normalise(raw: string): Result<string> {
  if (raw.length > longestLine) return refused(lineTooLong);
  const text = raw
    .replace(invisible, '')
    .replace(/\r\n?|\u2028|\u2029|\u0085/g, '\n')
    .replace(oddSpaces, ' ')
    .trim();
  const at = Math.max(text.search(control), text.search(loneSurrogate));
  if (at >= 0) return refused(controlCharacter(text, at));
  return ok(text.normalize('NFC'));
}

/** Reads a quoted string from its opening quote; inside `"` a backslash keeps `"` and `\` as they are. */
function readQuoted(text: string, from: number): { value: string; end: number } | undefined {
  const closers = openers[text.charAt(from)] ?? '';
  const escapes = text.charAt(from) === '"';
  let value = '';
  for (let i = from + 1; i < text.length; i += 1) {
    const letter = text.charAt(i);
    if (escapes && letter === '\\' && /["\\]/.test(text.charAt(i + 1))) {
      value += text.charAt(i + 1);
      i += 1;
    } else if (closers.includes(letter)) return { value, end: i + 1 };
    else value += letter;
  }
  return undefined;
}

// `--since`, and what phones make of it: an em or en dash before a letter.
const flagStart = /^(?:--|—|–)(?=\p{L})([\p{L}\p{N}_-]*)(=)?/u;
const keyStart = /^([A-Za-z_][\w.-]*)=/;

// `web-1`, and what phones and pages make of it: another dash, hyphen or minus between letters or digits.
const dashInWord = /(?<=[\p{L}\p{N}])[—–\u2010\u2011\u2212](?=[\p{L}\p{N}])/gu;

interface Head {
  readonly key?: string;
  readonly flag?: string;
  readonly length: number;
  /** False for a flag without `=`: nothing follows it in the same word. */
  readonly takesValue: boolean;
}

/** What stands before the value in one word: a flag's name, a key, or nothing. */
function readHead(rest: string): Head {
  const flag = flagStart.exec(rest);
  if (flag) {
    return { flag: (flag[1] ?? '').toLowerCase(), length: flag[0].length, takesValue: flag[2] !== undefined };
  }
  const key = keyStart.exec(rest);
  return key ? { key: key[1] ?? '', length: key[0].length, takesValue: true } : { length: 0, takesValue: true };
}

/** Reads one word; quotes count only where a value begins, so that `l'app` and `it's` are words. */
function readToken(text: string, start: number): Result<Token> {
  const head = readHead(text.slice(start));
  const named = {
    ...(head.key === undefined ? {} : { key: head.key }),
    ...(head.flag === undefined ? {} : { flag: head.flag }),
  };
  const from = start + head.length;
  if (!head.takesValue) return ok({ ...named, bare: true, text: '', quoted: false, start, end: from });
  if (text.charAt(from) in openers) {
    const quoted = readQuoted(text, from);
    if (!quoted) return refused(openQuote(from));
    if (/^(?:\s|[.!…]*$)/.test(text.slice(quoted.end))) {
      return ok({ ...named, text: quoted.value, quoted: true, start, end: quoted.end });
    }
  }
  const word = /^\S*/.exec(text.slice(from))?.[0] ?? '';
  return ok({ ...named, text: word.replace(dashInWord, '-'), quoted: false, start, end: from + word.length });
}

/** Splits a normalised line into its words. */
function tokenise(text: string): Result<readonly Token[]> {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    if (at >= text.length) return ok(tokens);
    const token = readToken(text, at);
    if (!token.ok) return token;
    tokens.push(token.value);
    at = token.value.end;
    // The mark that ends a sentence, behind a closing quote: it is part of no value.
    if (token.value.quoted && /^[.!…]+$/.test(text.slice(at))) return ok(tokens);
  }
}

const closing = /(?<=[\p{L}\p{N}])(?:\.|[!…]+|\.{3})$/u;

/** A phone ends sentences, and people mean it: a mark after the last unquoted word is not part of it. */
function withoutLastMark(tokens: readonly Token[]): readonly Token[] {
  const last = tokens.at(-1);
  if (!last || last.quoted) return tokens;
  if (tokens.length > 1 && /^[!…]+$/.test(last.text)) return tokens.slice(0, -1);
  const mark = closing.exec(last.text)?.[0];
  const isValue = last.key !== undefined || last.flag !== undefined;
  if (mark === undefined || (isValue && mark !== '.')) return tokens;
  const cut = { ...last, text: last.text.slice(0, -mark.length), end: last.end - mark.length };
  return [...tokens.slice(0, -1), mark === '.' ? cut : { ...cut, trail: mark }];
}

/** Reads a line of chat. Forgives phones: curly quotes, dashes turned into `—`, no-break spaces, a mark at the end. */
export function readLine(raw: string): Result<Line> {
  const text = normalise(raw);
  if (!text.ok) return text;
  const tokens = tokenise(text.value);
  if (!tokens.ok) return tokens;
  // A line end inside quotes is part of a value; elsewhere it begins another order.
  const gaps = tokens.value.map((token, index) => text.value.slice(tokens.value[index - 1]?.end ?? 0, token.start));
  if (gaps.some((gap) => gap.includes('\n'))) return refused(severalLines);
  return ok({ text: text.value, tokens: withoutLastMark(tokens.value) });
}

const plainWord = /^[\p{L}\p{N}_@%+:,./~^!*-]*[\p{L}\p{N}_@%+:,/~^*-]$/u;

/** Writes one value so that reading it gives the same value back. */
export const writeWord = (value: string): string =>
  plainWord.test(value) && !flagStart.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;

/** Writes `line` followed by `--name value` for each value that is there: what sending a form means. */
export const formLine = (line: string, values: Readonly<Record<string, string>>): string =>
  [line, ...Object.entries(values).map(([name, value]) => `--${name}=${writeWord(value)}`)].join(' ');
