import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Applied, Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { assignPath, tidyPath } from './state/script.ts';
import { missingTool, needFunction, sayFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface AclArgs {
  readonly path: string;
  readonly state: 'query' | 'present' | 'absent';
  /** As `setfacl` is told: `user:joe:r-x`, or `user:joe` of one that is to go. */
  readonly entry: string;
  readonly inherited: boolean;
  readonly recursive: boolean;
  readonly follow: boolean;
  readonly mask: 'default' | 'mask' | 'no_mask';
}

interface AclState {
  readonly failed?: string;
  /** The list of rights as it is. */
  readonly lines: readonly string[];
  /** What would be otherwise, by path. */
  readonly tested: readonly string[];
}

const kinds = ['user', 'group', 'mask', 'other'] as const;

/** What can stand in an entry: with a comma or a colon it would be several. */
const part = (name: string, value: string, pattern: RegExp): string => {
  if (pattern.test(value)) return value;
  throw wrong(`acl: “${value}” cannot be ${name}.`, `acl : « ${value} » ne peut pas être ${name}.`);
};

const entityOf = (value: string): string => part('entity', value, /^(?:[^-,:\s\0][^,:\s\0]*)?$/);
const rightsOf = (value: string): string => part('permissions', value, /^(?:[rwxX-]{0,5}|[0-7])$/);

const kindOf = (value: string): string => {
  const found = kinds.find((kind) => value !== '' && kind.startsWith(value.toLowerCase().slice(0, 1)));
  return found ?? part('etype', value, /^(?!)/);
};

/** What a task asks for in one word: `default:user:joe:rw-`. */
function fromEntry(entry: string, state: AclArgs['state']): Pick<AclArgs, 'entry' | 'inherited'> {
  const parts = entry.split(':');
  const inherited = /^d/i.test(entry);
  const [kind = '', entity = '', rights] = inherited ? parts.slice(1) : parts;
  const count = state === 'present' ? [3, 4] : [2, 3];
  if (!count.includes(parts.length))
    throw wrong(
      `acl: 'entry' MUST have ${count.join(' or ')} sections divided by ':' when 'state=${state}'.`,
      `acl : entry a ${count.join(' ou ')} parties séparées par « : » avec state=${state}.`,
    );
  return { entry: entryOf(kind, entity, state === 'present' ? rights : undefined), inherited };
}

const entryOf = (kind: string, entity: string, rights: string | undefined): string =>
  [kindOf(kind), entityOf(entity), ...(rights === undefined || rights === '' ? [] : [rightsOf(rights)])].join(':');

const together = (condition: boolean, en: string, fr: string): void => {
  if (!condition) throw wrong(`acl: ${en}`, `acl : ${fr}`);
};

function checkQuery(args: JsonObject): void {
  const allowed = args.recursive !== true && args.recalculate_mask === 'default' && args.entry === undefined;
  together(
    allowed,
    "'recursive', 'recalculate_mask' and 'entry' MUST NOT be set when 'state=query'.",
    'state=query ne va pas avec recursive, recalculate_mask et entry.',
  );
}

function askedIn(args: JsonObject, state: AclArgs['state']): Pick<AclArgs, 'entry' | 'inherited'> {
  const text = (name: string): string => (typeof args[name] === 'string' ? args[name] : '');
  const [kind, entity, rights, entry] = [text('etype'), text('entity'), text('permissions'), text('entry')];
  if (state === 'query') return { entry: '', inherited: args.default === true };
  if (entry !== '') {
    together(
      kind === '' && entity === '' && rights === '',
      "'entry' MUST NOT be set when 'entity', 'etype' or 'permissions' are set.",
      'entry ne va pas avec entity, etype ou permissions.',
    );
    const asked = fromEntry(entry, state);
    return { ...asked, inherited: asked.inherited || args.default === true };
  }
  together(kind !== '', `'etype' MUST be set when 'state=${state}'.`, `il faut etype avec state=${state}.`);
  together(
    state === 'present' || (rights === '' && entity !== ''),
    "'entity' MUST be set when 'state=absent', and 'permissions' MUST NOT.",
    'state=absent demande entity, et pas permissions.',
  );
  return { entry: entryOf(kind, entity, rights), inherited: args.default === true };
}

function prepare(args: JsonObject): AclArgs {
  const state = args.state === 'present' || args.state === 'absent' ? args.state : 'query';
  if (state === 'query') checkQuery(args);
  const mask = args.recalculate_mask;
  return {
    path: tidyPath(String(args.path)),
    state,
    ...askedIn(args, state),
    recursive: args.recursive === true,
    follow: args.follow !== false,
    mask: mask === 'mask' || mask === 'no_mask' ? mask : 'default',
  };
}

const flags = (args: AclArgs, changes: boolean): string =>
  [
    ...(args.inherited ? ['-d'] : []),
    ...(args.recursive ? ['-R'] : []),
    ...(changes && args.mask === 'mask' ? ['--mask'] : []),
    ...(changes && args.mask === 'no_mask' ? ['--no-mask'] : []),
    ...(args.follow ? [] : ['-P']),
  ].join(' ');

/* What is said of the entry comes before it, or it is of no use to setfacl. */
const setting = (args: AclArgs, quote: Quote): string =>
  `setfacl ${flags(args, true)} ${args.state === 'absent' ? '-x' : '-m'} ${quote(args.entry)}`;

const getting = (args: AclArgs): string => `getfacl --omit-header --absolute-names ${flags(args, false)} -- "$p"`;

/** Asks for the list as it is, and what would come of the entry: `setfacl` itself says so, and changes nothing. */
const probe = (args: AclArgs, quote: Quote): string =>
  [
    toolPath,
    sayFunction,
    needFunction,
    'need getfacl; need setfacl',
    assignPath('p', args.path, quote),
    '[ -e "$p" ] || { echo gone=yes; echo end; exit 0; }',
    `${getting(args)} 2>/dev/null | say lines`,
    ...(args.state === 'query'
      ? []
      : [
          `o=$(${setting(args, quote)} --test -- "$p" 2>&1) || { printf '%s\\n' "$o" | say refused; echo end; exit 0; }`,
          `printf '%s\\n' "$o" | say tested`,
        ]),
    'echo end',
  ].join('\n');

/** As Ansible reads it: lines without comments, and without one that is empty at the end. */
const linesOf = (text: string | undefined): readonly string[] => {
  const lines = (text ?? '')
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim());
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
};

function read(output: Applied): AclState {
  const fields = readFields(output);
  const refused = fields.raw('refused');
  const failed =
    missingTool(fields, 'acl', 'Install the package acl there.') ??
    (fields.get('gone') === undefined ? undefined : 'Path not found or not accessible.') ??
    (refused === undefined ? undefined : `acl: ${refused.trim().slice(-500)}`);
  return {
    ...(failed !== undefined && { failed }),
    lines: linesOf(fields.raw('lines')),
    // What stays as it is ends with two stars.
    tested: linesOf(fields.raw('tested')).filter((line) => !line.endsWith('*,*')),
  };
}

/** The entry as the list has it now. */
function beforeOf({ entry, state }: AclArgs, lines: readonly string[]): string {
  const parts = entry.split(':');
  const begin = `${(state === 'present' && parts.length > 2 ? parts.slice(0, 2) : parts).join(':')}:`;
  return lines.find((line) => line.startsWith(begin))?.replace(/\s.*/, '') ?? 'absent';
}

function plan(args: AclArgs, state: AclState): ModulePlan {
  const { failed, lines, tested } = state;
  if (failed !== undefined) return { differences: [], result: { msg: failed }, failed };
  const word = args.state === 'present' ? 'present' : 'absent';
  const msg = args.state === 'query' ? 'current acl' : `${args.entry} is ${word}`;
  const aspect = args.inherited ? 'default acl' : 'acl';
  const after = args.state === 'absent' ? 'absent' : args.entry;
  const changed = {
    subject: args.path,
    aspect,
    before: beforeOf(args, lines),
    after: args.recursive ? `${after}, and of all that is below` : after,
    // Which of many would change is nobody’s to read, but what was approved.
    sealed: tested,
  };
  return { differences: tested.length === 0 ? [] : [changed], result: { msg, acl: lines } };
}

function apply(args: AclArgs, _state: AclState, { differences }: ModulePlan, quote: Quote): Apply | undefined {
  if (differences.length === 0) return undefined;
  const lines = [
    toolPath,
    sayFunction,
    assignPath('p', args.path, quote),
    `${setting(args, quote)} -- "$p" || exit 1`,
    `${getting(args)} | say lines`,
    'echo end',
  ];
  return { script: lines.join('\n') };
}

function finish(_args: AclArgs, _state: AclState, { result }: ModulePlan, applied: Applied): ModuleResult {
  if (applied.code === 0)
    return { result: { ...result, acl: linesOf(readFields(applied).raw('lines')) }, changed: true };
  const msg = failureOf(applied);
  return { result: { ...result, msg }, changed: false, failed: msg };
}

/** Who else may do what with a file or a folder. */
export const acl: Module<AclArgs, AclState> = {
  name: 'acl',
  args: {
    path: { type: 'path', required: true, aliases: ['name'] },
    state: { type: 'str', default: 'query', choices: ['absent', 'present', 'query'] },
    follow: { type: 'bool', default: true },
    default: { type: 'bool', default: false },
    entity: { type: 'str', default: '' },
    etype: { type: 'str', choices: ['group', 'mask', 'other', 'user'] },
    permissions: { type: 'str' },
    entry: { type: 'str' },
    recursive: { type: 'bool', default: false, aliases: ['recurse'] },
    recalculate_mask: { type: 'str', default: 'default', choices: ['default', 'mask', 'no_mask'] },
    use_nfsv4_acls: {
      type: 'bool',
      default: false,
      refuse: (value) =>
        value === true
          ? t(
              'Linux has no such lists, and others are no hosts here',
              'Linux n’a pas de telles listes, et d’autres systèmes ne sont pas des hôtes ici',
            )
          : undefined,
    },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  apply,
  finish,
};
