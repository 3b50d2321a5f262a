/** What a text allows, after PyYAML's `analyze_scalar`. */
export interface Analysis {
  readonly empty: boolean;
  readonly multiline: boolean;
  readonly flowPlain: boolean;
  readonly blockPlain: boolean;
  readonly singleQuoted: boolean;
}

const BREAKS = '\n\x85\u2028\u2029';
const isBreak = (character: string): boolean => character !== '' && BREAKS.includes(character);
const isBlank = (character: string): boolean => character === '' || `\0 \t\r${BREAKS}`.includes(character);

const PRINTABLE = /^[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/u;

interface Found {
  block: boolean;
  flow: boolean;
}

function indicators(characters: readonly string[], found: Found): void {
  for (const [index, character] of characters.entries()) {
    const before = index === 0 || isBlank(characters[index - 1] ?? '');
    const after = isBlank(characters[index + 1] ?? '');
    if (index === 0) first(character, after, found);
    else later(character, before, after, found);
  }
}

function first(character: string, after: boolean, found: Found): void {
  if ('#,[]{}&*!|>\'"%@`'.includes(character)) mark(found, true);
  if ('?:'.includes(character)) mark(found, after);
  if (character === '-' && after) mark(found, true);
}

function later(character: string, before: boolean, after: boolean, found: Found): void {
  if (',?[]{}'.includes(character)) found.flow = true;
  if (character === ':') mark(found, after);
  if (character === '#' && before) mark(found, true);
}

function mark(found: Found, block: boolean): void {
  found.flow = true;
  found.block ||= block;
}

/** Looks at a text once and says in which styles it can be written. */
export function analyse(text: string): Analysis {
  if (text === '') return { empty: true, multiline: false, flowPlain: false, blockPlain: true, singleQuoted: true };
  const characters = Array.from(text);
  const document = text.startsWith('---') || text.startsWith('...');
  const found: Found = { block: document, flow: document };
  indicators(characters, found);
  const multiline = characters.some(isBreak);
  const special = characters.some((character) => !PRINTABLE.test(character));
  const edge = (character: string | undefined): boolean => character === ' ' || isBreak(character ?? '');
  const edges = edge(characters[0]) || edge(characters.at(-1));
  const pair = (one: (c: string) => boolean, other: (c: string) => boolean): boolean =>
    characters.some((character, index) => index > 0 && other(character) && one(characters[index - 1] ?? ''));
  const isSpace = (character: string): boolean => character === ' ';
  const breakSpace = pair(isBreak, isSpace);
  const spaceBreak = pair(isSpace, isBreak);
  const plain = !edges && !breakSpace && !spaceBreak && !special && !multiline;
  return {
    empty: false,
    multiline,
    flowPlain: plain && !found.flow,
    blockPlain: plain && !found.block,
    singleQuoted: !breakSpace && !spaceBreak && !special,
  };
}
