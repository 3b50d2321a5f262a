import type { Block, Item, Written } from '../tree.ts';
import type { MapNode, Node } from '../yaml/node.ts';
import { readBody } from './body.ts';
import { type CommonDraft, inherit, innerKeywords } from './common.ts';
import type { Field, Keywords, Place, Reading } from './context.ts';
import { readText, refuseKind } from './fields.ts';
import { readKeywords, refuseKeyword, set } from './keywords.ts';

interface BlockDraft extends CommonDraft {
  name?: Written<string>;
  block?: readonly Node[];
  rescue?: readonly Node[];
  always?: readonly Node[];
}

/** A list of tasks, not read yet. */
export const readList = (field: Field, reading: Reading): readonly Node[] | undefined =>
  field.node.kind === 'list' ? field.node.items : refuseKind(reading, field, 'list');

/** The keywords of blocks. */
export const blockKeywords: Keywords<BlockDraft> = {
  ...innerKeywords,
  name: set<BlockDraft, 'name'>('name', readText),
  block: set<BlockDraft, 'block'>('block', readList),
  rescue: set<BlockDraft, 'rescue'>('rescue', readList),
  always: set<BlockDraft, 'always'>('always', readList),
};

/** Reads a block with its `rescue` and `always`; what it says for itself goes to every task inside. */
export const readBlock = (node: MapNode, place: Place, reading: Reading): readonly Item[] => {
  const draft: BlockDraft = {};
  for (const entry of readKeywords(node, blockKeywords, draft, reading)) {
    refuseKeyword(reading, entry, { later: new Set(), known: Object.keys(blockKeywords), of: 'block' });
  }
  const inside = { id: place.id, common: inherit(place.common, draft) };
  const block: Block = {
    kind: 'block',
    id: place.id,
    ...(draft.name && { name: draft.name }),
    tasks: readBody(draft.block ?? [], inside, reading),
    rescue: readBody(draft.rescue ?? [], inside, reading, 'r'),
    always: readBody(draft.always ?? [], inside, reading, 'a'),
    at: node.at,
  };
  return [block];
};
