/**
 * Splits a line into words as Python's `shlex.split` does: quotes, backslashes; a comment only with `comments`.
 * Undefined when a quote is not closed or the line ends with a lone backslash.
 */
export const splitWords = (line: string, options: { readonly comments?: boolean } = {}): string[] | undefined => {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i += 1) {
    const char = line[i] ?? '';
    if (char === '\\' && quote !== "'") {
      const next = line[i + 1];
      if (next === undefined) return undefined;
      const literal = quote === '"' && next !== '"' && next !== '\\';
      word = (word ?? '') + (literal ? `\\${next}` : next);
      i += 1;
    } else if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '#' && options.comments === true) {
      i = endOfLine(line, i);
    } else word = (word ?? '') + char;
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
};

const endOfLine = (line: string, from: number): number => {
  const newline = line.indexOf('\n', from);
  return newline < 0 ? line.length : newline - 1;
};
