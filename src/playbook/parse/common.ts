import { isLocal } from '../inventory/connection-variables.ts';
import type { Become, Common, Vars, Written } from '../tree.ts';
import type { Draft, Field, Keywords, Reading } from './context.ts';
import {
  readConditions,
  readFlagOrTemplate,
  readNames,
  readNumberOrTemplate,
  readSafely,
  readText,
  readVars,
  readWords,
  readWritten,
  refuseKind,
} from './fields.ts';
import { set } from './keywords.ts';
import { holdsTemplate } from './templates.ts';

/** What a play, block or task says for itself of what is handed down. */
export interface CommonDraft extends Draft<Omit<Common, 'become' | 'role'>> {
  ownBecome?: Written;
  ownBecomeUser?: Written<string>;
}

/** Nothing yet: what stands above a play. */
export const nothingCommon: Common = {
  tags: [],
  when: [],
  vars: {},
  environment: [],
  noLog: false,
  notify: [],
  moduleDefaults: {},
};

/** A mapping, a list of mappings, or a template that gives one. */
const readEnvironment = (field: Field, reading: Reading): readonly Written[] | undefined => {
  const nodes = field.node.kind === 'list' ? field.node.items : [field.node];
  const fits = nodes.every(
    (node) =>
      node.kind === 'map' || (node.kind === 'scalar' && typeof node.value === 'string' && holdsTemplate(node.value)),
  );
  return fits ? nodes.map((node) => readWritten(node, reading)) : refuseKind(reading, field, 'map');
};

const shortName = (name: string): string => name.split('.').at(-1) ?? name;

const readModuleDefaults = (field: Field, reading: Reading): Readonly<Record<string, Vars>> | undefined => {
  if (field.node.kind !== 'map') return refuseKind(reading, field, 'map');
  const all: Record<string, Vars> = {};
  for (const { key, at, value } of field.node.entries) {
    if (key.startsWith('group/')) continue;
    all[shortName(key)] = readVars({ key, at, node: value }, reading) ?? {};
  }
  return all;
};

/** Only `sudo` is there to become somebody: other methods are refused by name. */
const readMethod = (field: Field, _draft: CommonDraft, reading: Reading): void => {
  const { node } = field;
  if (node.kind !== 'scalar' || !(node.text === 'sudo' || holdsTemplate(node.text))) refuseKind(reading, field, 'sudo');
};

/** Hosts are reached by SSH, or are the machine that plays. */
const readConnection = (field: Field, draft: CommonDraft, reading: Reading): void => {
  const { node } = field;
  const text = node.kind === 'scalar' ? shortName(node.text) : '';
  if (['local', 'ssh', 'smart', 'paramiko', 'paramiko_ssh'].includes(text)) draft.local = text === 'local';
  else refuseKind(reading, field, 'ssh');
};

/** Ansible's keywords that do nothing here: what they ask for is always so, or has no meaning without Python. */
const accepted = (): void => undefined;

/** The keywords that plays, blocks and tasks share. */
export const commonKeywords: Keywords<CommonDraft> = {
  become: set<CommonDraft, 'ownBecome'>('ownBecome', readFlagOrTemplate),
  become_user: set<CommonDraft, 'ownBecomeUser'>('ownBecomeUser', readText),
  become_method: readMethod,
  become_flags: accepted,
  tags: set<CommonDraft, 'tags'>('tags', readNames),
  vars: set<CommonDraft, 'vars'>('vars', (field, reading) => readVars(field, reading, { local: true })),
  environment: set<CommonDraft, 'environment'>('environment', readEnvironment),
  no_log: set<CommonDraft, 'noLog'>('noLog', readSafely),
  ignore_errors: set<CommonDraft, 'ignoreErrors'>('ignoreErrors', readFlagOrTemplate),
  ignore_unreachable: set<CommonDraft, 'ignoreUnreachable'>('ignoreUnreachable', readFlagOrTemplate),
  run_once: set<CommonDraft, 'runOnce'>('runOnce', readFlagOrTemplate),
  check_mode: set<CommonDraft, 'checkMode'>('checkMode', readFlagOrTemplate),
  diff: set<CommonDraft, 'diff'>('diff', readFlagOrTemplate),
  throttle: set<CommonDraft, 'throttle'>('throttle', readNumberOrTemplate),
  timeout: set<CommonDraft, 'timeout'>('timeout', readNumberOrTemplate),
  remote_user: set<CommonDraft, 'remoteUser'>('remoteUser', readText),
  any_errors_fatal: set<CommonDraft, 'anyErrorsFatal'>('anyErrorsFatal', readFlagOrTemplate),
  connection: readConnection,
  module_defaults: set<CommonDraft, 'moduleDefaults'>('moduleDefaults', readModuleDefaults),
  collections: accepted,
  debugger: accepted,
};

/** What blocks and tasks share besides. */
export const innerKeywords: Keywords<CommonDraft> = {
  ...commonKeywords,
  when: set<CommonDraft, 'when'>('when', readConditions),
  delegate_to: set<CommonDraft, 'delegateTo'>('delegateTo', readText),
  delegate_facts: set<CommonDraft, 'delegateFacts'>('delegateFacts', readFlagOrTemplate),
  notify: set<CommonDraft, 'notify'>('notify', readWords),
};

const becomeOf = (draft: CommonDraft, inherited?: Become): Become | undefined => {
  const user = draft.ownBecomeUser ?? inherited?.user;
  const become = draft.ownBecome ?? inherited?.become ?? (user && { value: false, at: user.at });
  if (become === undefined) return undefined;
  return { become, ...(user && { user }) };
};

const mergedDefaults = (outer: Common['moduleDefaults'], inner: Common['moduleDefaults']): Common['moduleDefaults'] => {
  const all: Record<string, Vars> = { ...outer };
  for (const [module, args] of Object.entries(inner)) all[module] = { ...all[module], ...args };
  return all;
};

const single = [
  'ignoreErrors',
  'ignoreUnreachable',
  'delegateTo',
  'delegateFacts',
  'runOnce',
  'checkMode',
  'diff',
  'throttle',
  'timeout',
  'anyErrorsFatal',
  'remoteUser',
] as const;

/** Where a task is done: the variable `ansible_connection` outweighs the keyword, from further out as well. */
const localOf = (outer: Common['local'], { vars, local }: CommonDraft): Common['local'] => {
  const said = isLocal(vars?.ansible_connection?.value);
  if (said !== undefined) return said ? 'always' : false;
  return outer === 'always' ? outer : (local ?? outer);
};

/** What is inherited with what somebody says for themselves: conditions and tags add up, the rest is overlaid. */
export const inherit = (outer: Common, draft: CommonDraft): Common => {
  const become = becomeOf(draft, outer.become);
  const local = localOf(outer.local, draft);
  const { role } = outer;
  const own = Object.fromEntries(
    single.flatMap((key) => {
      const value = draft[key] ?? outer[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return {
    ...own,
    ...(role && { role }),
    ...(become && { become }),
    ...(local !== undefined && { local }),
    tags: [...new Set([...outer.tags, ...(draft.tags ?? [])])],
    when: [...outer.when, ...(draft.when ?? [])],
    vars: { ...outer.vars, ...draft.vars },
    environment: [...outer.environment, ...(draft.environment ?? [])],
    noLog: draft.noLog ?? outer.noLog,
    notify: [...outer.notify, ...(draft.notify ?? [])],
    moduleDefaults: mergedDefaults(outer.moduleDefaults, draft.moduleDefaults ?? {}),
  };
};
