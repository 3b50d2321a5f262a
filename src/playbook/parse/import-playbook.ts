import { t } from '#core/text.ts';
import { withNearest } from '../nearest.ts';
import type { Common } from '../tree.ts';
import type { Entry, Node } from '../yaml/node.ts';
import { type CommonDraft, inherit, nothingCommon } from './common.ts';
import type { Keywords, Reading } from './context.ts';
import { readConditions, readNames, readVars } from './fields.ts';
import { readKeywords, set } from './keywords.ts';

const keywords: Keywords<CommonDraft> = {
  name: () => undefined,
  tags: set<CommonDraft, 'tags'>('tags', readNames),
  vars: set<CommonDraft, 'vars'>('vars', (field, reading) => readVars(field, reading, { local: true })),
  when: set<CommonDraft, 'when'>('when', readConditions),
};

const keys = ['import_playbook', 'ansible.builtin.import_playbook'];

/** The import among the entries of a playbook; undefined for a play. */
export const importIn = (node: Node): Entry | undefined =>
  node.kind === 'map' ? node.entries.find(({ key }) => keys.includes(key)) : undefined;

/**
 * What the import of a playbook says for all its plays, by `vars`, `tags` and `when`. The variables of an import around it
 * count more, as in Ansible.
 */
export const readAround = (node: Node, outer: Common, read: Omit<Reading, 'play'>): Common => {
  if (node.kind !== 'map') return outer;
  const reading: Reading = { ...read, play: { number: 0, common: nothingCommon, roles: [], handlers: [] } };
  const draft: CommonDraft = {};
  for (const { key, at } of readKeywords(node, keywords, draft, reading)) {
    if (keys.includes(key)) continue;
    const say = t(`import_playbook has no keyword “${key}”`, `import_playbook n’a pas de mot-clé « ${key} »`);
    reading.faults.add(at, withNearest(say, key, Object.keys(keywords)));
  }
  const around = inherit(outer, draft);
  return { ...around, vars: { ...around.vars, ...outer.vars } };
};
