import { t } from '#core/text.ts';
import { withNearest } from '../nearest.ts';
import { LOOKUP_NAMES } from '../templates/index.ts';
import type { LoopControl, Written } from '../tree.ts';
import type { Draft, Field, Keywords, Reading } from './context.ts';
import { readFlag, readName, readNumberOrTemplate, readWritten, refuseKind } from './fields.ts';
import { readKeywords, set } from './keywords.ts';
import { checkCondition, holdsTemplate } from './templates.ts';

/** The parts of a task that make it run once for each item. */
export interface LoopDraft {
  loop?: Written;
  loopWith?: string;
  control?: Draft<LoopControl>;
}

/** A list, or a template that gives one. */
const readLoop = (field: Field, reading: Reading): Written | undefined => {
  const { node } = field;
  const fits =
    node.kind === 'list' || (node.kind === 'scalar' && typeof node.value === 'string' && holdsTemplate(node.value));
  return fits ? readWritten(node, reading) : refuseKind(reading, field, 'list');
};

/** `with_items: packages`, a bare name, was once a template. */
const bareName = /^[A-Za-z_][\w.]*(?:\[[^\]]*\])*$/;

const readTerms = (field: Field, lookup: string, reading: Reading): Written => {
  const { node } = field;
  const bare = node.kind === 'scalar' && typeof node.value === 'string' && !holdsTemplate(node.value);
  const named =
    bare && ['items', 'dict', 'list', 'flattened', 'indexed_items'].includes(lookup) && bareName.test(node.text);
  if (!named) return readWritten(node, reading);
  checkCondition(node, reading);
  return { value: `{{ ${node.text} }}`, at: node.at };
};

const loopNames = [...LOOKUP_NAMES, 'items', 'list'];

/** `with_NAME`: the items that lookup gives. */
export const readWith = (field: Field, draft: LoopDraft, reading: Reading): void => {
  const name = field.key.replace(/^with_(?:ansible\.builtin\.|community\.general\.)?/, '');
  if (!loopNames.includes(name)) {
    reading.faults.add(
      field.at,
      withNearest(
        t(`there is no lookup for “${field.key}”`, `il n’y a pas de lookup pour « ${field.key} »`),
        field.key,
        loopNames.map((known) => `with_${known}`),
      ),
    );
    return;
  }
  draft.loop = readTerms(field, name, reading);
  draft.loopWith = name;
};

type Control = Draft<LoopControl>;

const controlKeywords: Keywords<Control> = {
  loop_var: set<Control, 'loopVar'>('loopVar', readName),
  index_var: set<Control, 'indexVar'>('indexVar', readName),
  label: set<Control, 'label'>('label', (field, reading) => readWritten(field.node, reading)),
  pause: set<Control, 'pause'>('pause', readNumberOrTemplate),
  extended: set<Control, 'extended'>('extended', readFlag),
  extended_allitems: () => undefined,
};

const readControl = (field: Field, draft: LoopDraft, reading: Reading): void => {
  if (field.node.kind !== 'map') {
    refuseKind(reading, field, 'map');
    return;
  }
  draft.control = {};
  for (const entry of readKeywords(field.node, controlKeywords, draft.control, reading)) {
    reading.faults.add(
      entry.at,
      withNearest(
        t(`loop_control has no “${entry.key}”`, `loop_control n’a pas de « ${entry.key} »`),
        entry.key,
        Object.keys(controlKeywords),
      ),
    );
  }
};

/** `loop` and `loop_control`. */
export const loopKeywords: Keywords<LoopDraft> = {
  loop: set<LoopDraft, 'loop'>('loop', readLoop),
  loop_control: readControl,
};

/** What is said of the loop, with what holds unless it is. */
export const controlOf = (draft: LoopDraft): LoopControl => ({ loopVar: 'item', extended: false, ...draft.control });
