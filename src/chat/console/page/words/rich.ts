/** A stretch of a line. */
export interface Span {
  readonly kind: 'plain' | 'bold' | 'code';
  readonly text: string;
}

/** A paragraph's lines, or a list's items. */
export interface Block {
  readonly kind: 'lines' | 'list';
  readonly items: readonly (readonly Span[])[];
}

const marks = /\*\*([^*\n]+)\*\*|`([^`\n]+)`/g;

/** The stretches of one line: `**bold**`, `` `code` ``, and the rest as it is. */
export const spansOf = (line: string): readonly Span[] => {
  const spans: Span[] = [];
  let from = 0;
  for (const match of line.matchAll(marks)) {
    if (match.index > from) spans.push({ kind: 'plain', text: line.slice(from, match.index) });
    const [whole, bold, code] = match;
    spans.push(bold === undefined ? { kind: 'code', text: code ?? '' } : { kind: 'bold', text: bold });
    from = match.index + whole.length;
  }
  if (from < line.length) spans.push({ kind: 'plain', text: line.slice(from) });
  return spans;
};

/** A card's text as blocks: runs of `- ` lines are lists, an empty line ends a paragraph. Nothing in it is markup. */
export const blocksOf = (text: string): readonly Block[] => {
  const blocks: { kind: Block['kind']; items: (readonly Span[])[] }[] = [];
  let open: Block['kind'] | undefined;
  for (const line of text.split('\n')) {
    const kind = line.startsWith('- ') ? 'list' : 'lines';
    if (line.trim() === '') {
      open = undefined;
      continue;
    }
    if (open !== kind) blocks.push({ kind, items: [] });
    open = kind;
    blocks.at(-1)?.items.push(spansOf(kind === 'list' ? line.slice(2) : line));
  }
  return blocks;
};
