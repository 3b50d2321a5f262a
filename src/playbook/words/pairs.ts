/** No part of the pattern can match in two ways: an unclosed quote costs one pass, never an explosion. */
const template = String.raw`\{\{(?:(?!\}\})[\s\S])*\}\}|\{%(?:(?!%\})[\s\S])*%\}|\{#(?:(?!#\})[\s\S])*#\}`;
const quoted = (quote: string): string => `${quote}(?:${template}|\\\\[\\s\\S]|(?!\\{[{%#])[^${quote}\\\\])*${quote}`;
const wordPattern = `\\s*(?:${template}|${quoted('"')}|${quoted("'")}|\\\\[\\s\\S]|(?!\\{[{%#])[^\\s"'\\\\])+`;

/**
 * Splits `a=b c="d e" f={{ g h }}` on white space outside quotes and templates, as Ansible does before anything is
 * rendered. White space is kept in front of the word that follows it. Undefined when a quote or a template is not closed.
 */
const splitArguments = (line: string): string[] | undefined => {
  const next = new RegExp(wordPattern, 'y');
  const words: string[] = [];
  let end = 0;
  for (let found = next.exec(line); found !== null; found = next.exec(line)) {
    words.push(found[0]);
    end = next.lastIndex;
  }
  return line.slice(end).trim() === '' ? words : undefined;
};

const unquote = (value: string): string => {
  const first = value[0];
  const quoted = value.length > 1 && (first === '"' || first === "'") && value.endsWith(first) && value.at(-2) !== '\\';
  return quoted ? value.slice(1, -1) : value;
};

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };

const withoutEscapes = (value: string): string =>
  value.replace(/\\([ntr\\'"])|\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})/g, (whole, simple, hex, unicode) => {
    if (simple !== undefined) return escapes[simple] ?? whole;
    return String.fromCharCode(Number.parseInt(hex ?? unicode, 16));
  });

/** `key=value` pairs of a free form, and the rest of the line as written. */
export interface Pairs {
  readonly pairs: ReadonlyMap<string, string>;
  readonly rest: string;
}

/**
 * Reads `key=value` words. With `only`, other keys belong to the rest (`command: make PREFIX=/usr creates=/x`).
 * Undefined when a quote or a template is not closed.
 */
export const readPairs = (line: string, only?: ReadonlySet<string>): Pairs | undefined => {
  const words = splitArguments(line);
  if (words === undefined) return undefined;
  const pairs = new Map<string, string>();
  let rest = '';
  for (const word of words) {
    const [, key, value] = /^\s*([A-Za-z_][\w.-]*)=([\s\S]*)$/.exec(word) ?? [];
    if (key !== undefined && value !== undefined && (only === undefined || only.has(key))) {
      pairs.set(key, withoutEscapes(unquote(value.trim())));
    } else rest += word;
  }
  return { pairs, rest: rest.trim() };
};
