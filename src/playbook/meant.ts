import { entryOf, type Node } from './yaml/node.ts';

/** A pattern whose hosts its words alone tell: no template, no range, no regular expression. */
const isPlain = (pattern: string): boolean => !/\{\{|\{%|[[~]/.test(pattern);

/** What each positive word of a pattern names: `web:db:!web-2` is for hosts of web and of db. */
const wordsOf = (pattern: string): readonly string[] =>
  pattern
    .split(/[:,;]/)
    .map((word) => word.trim())
    .filter((word) => word !== '' && !/^[!&]/.test(word));

function textsOf(node: Node | undefined): readonly string[] | undefined {
  const nodes = node?.kind === 'list' ? node.items : [node];
  const texts = nodes.flatMap((one) => (one?.kind === 'scalar' && one.value !== null ? [one.text] : []));
  return texts.length === nodes.length && texts.every(isPlain) ? texts : undefined;
}

/** The groups and hosts that the plays of a file are for; undefined where only a run can tell, or another file does. */
export function hostsMeant(file: Node | undefined): readonly string[] | undefined {
  if (file?.kind !== 'list') return undefined;
  const all: string[] = [];
  for (const play of file.items) {
    const patterns = play.kind === 'map' ? textsOf(entryOf(play, 'hosts')?.value) : undefined;
    if (patterns === undefined) return undefined;
    all.push(...patterns.flatMap(wordsOf));
  }
  return [...new Set(all)];
}
