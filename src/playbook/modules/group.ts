import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { t } from '#core/text.ts';
import { accountName, missingTool } from './account/names.ts';
import type { Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { type Fields, failureOf, readFields } from './state/fields.ts';
import { toolPath } from './state/tools.ts';

interface GroupArgs {
  readonly name: string;
  readonly present: boolean;
  readonly gid?: number;
  readonly system: boolean;
  readonly nonUnique: boolean;
}

interface GroupState {
  readonly gid: number | undefined;
  readonly tool: boolean;
}

const prepare = (args: JsonObject): GroupArgs => {
  if (args.non_unique === true && typeof args.gid !== 'number') {
    throw new Fault({
      code: 'module.arguments',
      say: t('group: non_unique needs gid.', 'group : non_unique demande gid.'),
    });
  }
  return {
    name: accountName('group', String(args.name)),
    present: args.state !== 'absent',
    ...(typeof args.gid === 'number' && { gid: args.gid }),
    system: args.system === true,
    nonUnique: args.non_unique === true,
  };
};

/** Prints the group's line of the database. */
const groupLine = (name: string, quote: Quote): string =>
  `g=${quote(name)}
if command -v getent >/dev/null 2>&1; then l=$(getent group "$g"); case $l in "$g":*) ;; *) l= ;; esac
else l=; while IFS= read -r i; do case $i in "$g":*) l=$i ;; esac; done </etc/group; fi
[ -n "$l" ] && { l=\${l#*:*:}; echo "gid=\${l%%:*}"; }`;

const toolOf = (args: GroupArgs, gid: number | undefined): string => {
  if (!args.present) return 'groupdel';
  return gid === undefined ? 'groupadd' : 'groupmod';
};

const tools = 'for c in groupadd groupmod groupdel; do command -v $c >/dev/null 2>&1 && echo "tool.$c=yes"; done';

const readState = (args: GroupArgs, fields: Fields): GroupState => {
  const gid = fields.number('gid');
  return { gid, tool: fields.get(`tool.${toolOf(args, gid)}`) === 'yes' };
};

const differencesOf = (args: GroupArgs, { gid }: GroupState): readonly Difference[] => {
  const subject = `group ${args.name}`;
  if (!args.present) return gid === undefined ? [] : [{ subject, aspect: 'state', before: 'present', after: 'absent' }];
  const number: readonly Difference[] =
    args.gid === undefined || args.gid === gid
      ? []
      : [{ subject, aspect: 'gid', before: gid ?? null, after: args.gid }];
  if (gid !== undefined) return number;
  return [{ subject, aspect: 'state', before: 'absent', after: 'present' }, ...number];
};

const plan = (args: GroupArgs, state: GroupState): ModulePlan => {
  const differences = differencesOf(args, state);
  const result = { name: args.name, state: args.present ? 'present' : 'absent' };
  if (differences.length > 0 && !state.tool) {
    const msg = missingTool(toolOf(args, state.gid), 'shadow-utils (passwd, shadow)');
    return { differences: [], result: { ...result, msg }, failed: msg };
  }
  const { gid } = state;
  return {
    differences,
    result: {
      ...result,
      ...(args.present && gid !== undefined && { gid: args.gid ?? gid }),
      ...(args.present && { system: args.system }),
    },
  };
};

const apply = (args: GroupArgs, state: GroupState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const words = [
    toolOf(args, state.gid),
    ...(args.present && args.gid !== undefined ? ['-g', String(args.gid), ...(args.nonUnique ? ['-o'] : [])] : []),
    ...(args.present && state.gid === undefined && args.system ? ['-r'] : []),
  ];
  return {
    script: `${toolPath}\n${words.join(' ')} -- ${quote(args.name)} || exit 1\n${groupLine(args.name, quote)}\necho end`,
  };
};

const finish = (args: GroupArgs, made: ModulePlan, applied: Parameters<typeof failureOf>[0]): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  }
  const gid = readFields(applied).number('gid');
  return { result: { ...made.result, ...(args.present && gid !== undefined && { gid }) }, changed: true };
};

/** A group of users: there with its number, or gone. */
export const group: Module<GroupArgs, GroupState> = {
  name: 'group',
  quick: true,
  args: {
    name: { type: 'str', required: true },
    state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
    gid: { type: 'int' },
    system: { type: 'bool', default: false },
    non_unique: { type: 'bool', default: false },
  },
  freeForm: 'kv',
  prepare,
  probe: ({ name }, quote) => [toolPath, groupLine(name, quote), tools, 'echo end'].join('\n'),
  read: (output, args) => readState(args, readFields(output)),
  plan,
  apply,
  finish: (args, _state, made, applied) => finish(args, made, applied),
};
