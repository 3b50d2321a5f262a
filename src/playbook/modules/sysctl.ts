import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { missingTool } from './account/names.ts';
import { toBoolean } from './convert.ts';
import { toBytes } from './edit/bytes.ts';
import type { Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import {
  readTextFile,
  rewriteContent,
  rewriteDifferences,
  rewriteLines,
  systemFile,
  type TextFile,
  textFunctions,
} from './place/rewrite.ts';
import { failureOf, readFields } from './state/fields.ts';
import { tidyPath } from './state/script.ts';
import { toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';
import { editSysctl, sameWords } from './sysctl/text.ts';

interface SysctlArgs {
  readonly name: string;
  /** Undefined: the line is to go. */
  readonly value: string | undefined;
  readonly file: string;
  readonly reload: boolean;
  readonly set: boolean;
  readonly ignoreErrors: boolean;
}

interface SysctlState {
  readonly file: TextFile;
  /** What the kernel says; empty when it knows no such name. */
  readonly now: string;
  readonly tool: boolean;
}

const settingOf = (written: string): string => {
  const flag = toBoolean(written.trim());
  const value = flag === undefined || /^[-+]?\d/.test(written.trim()) ? written.trim() : flag ? '1' : '0';
  if (value !== '' && !/[\r\n]/.test(value)) return value;
  throw wrong(
    'sysctl: value cannot be blank, and is one line.',
    'sysctl : value ne peut être vide, et tient sur une ligne.',
  );
};

const prepare = (args: JsonObject): SysctlArgs => {
  const name = String(args.name).trim();
  if (!/^[A-Za-z0-9_][\w./:*-]*$/.test(name))
    throw wrong(
      `sysctl: “${name}” is not the name of a kernel setting.`,
      `sysctl : « ${name} » n’est pas un réglage du noyau.`,
    );
  const present = args.state !== 'absent';
  if (present && typeof args.value !== 'string')
    throw wrong('sysctl: value is needed with state=present.', 'sysctl : il faut value avec state=present.');
  return {
    name,
    value: present ? settingOf(String(args.value)) : undefined,
    file: tidyPath(String(args.sysctl_file)),
    reload: args.reload !== false,
    set: args.sysctl_set === true,
    ignoreErrors: args.ignoreerrors === true,
  };
};

const probe = (args: SysctlArgs, quote: Quote): string =>
  [
    toolPath,
    textFunctions,
    `text it ${quote(args.file)}`,
    `if command -v sysctl >/dev/null 2>&1; then echo tool=yes; v=$(sysctl -e -n ${quote(args.name)} 2>/dev/null); echo "now=$(hex "$v")"; fi`,
    'echo end',
  ].join('\n');

const newText = (args: SysctlArgs, { file }: SysctlState): string | undefined =>
  editSysctl(file.text ?? '', toBytes(args.name), args.value === undefined ? undefined : toBytes(args.value));

/** The kernel's own value is to change, by a reload or at once. */
const setsValue = (args: SysctlArgs, { now }: SysctlState): args is SysctlArgs & { readonly value: string } =>
  args.value !== undefined && (args.reload || args.set) && !sameWords(now, args.value);

const differencesOf = (args: SysctlArgs, state: SysctlState): readonly Difference[] => {
  const text = newText(args, state);
  const file = text === undefined ? [] : rewriteDifferences(systemFile(state.file, text, false));
  if (!setsValue(args, state)) return file;
  const before = state.now === '' ? null : state.now;
  return [...file, { subject: `sysctl ${args.name}`, aspect: 'value', before, after: args.value }];
};

const plan = (args: SysctlArgs, state: SysctlState): ModulePlan => {
  const msg = state.tool ? state.file.unread : missingTool('sysctl', 'procps (procps-ng)');
  if (msg !== undefined) return { differences: [], result: { msg }, failed: msg };
  return { differences: differencesOf(args, state), result: {} };
};

/** sysctl says some failures on its error output only. */
const guarded = (command: string): string =>
  `e=$(${command} 2>&1 >/dev/null); r=$?
case $e in *': Invalid argument'* | *': Read-only file system'*) r=1 ;; esac
[ -z "$e" ] || printf '%s\\n' "$e" >&2
[ "$r" -eq 0 ] || exit 1`;

const apply = (args: SysctlArgs, state: SysctlState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const text = newText(args, state);
  const rewriting = text === undefined ? undefined : systemFile(state.file, text, false);
  const ignore = args.ignoreErrors ? '-e ' : '';
  const lines = [
    toolPath,
    textFunctions,
    ...(args.set && setsValue(args, state)
      ? [guarded(`sysctl ${ignore}-w ${quote(`${args.name}=${args.value}`)}`)]
      : []),
    ...(rewriting === undefined ? [] : rewriteLines(rewriting, false, quote)),
    ...(args.reload ? [guarded(`sysctl ${ignore}-p ${quote(args.file)}`)] : []),
  ];
  return { script: lines.join('\n'), ...(rewriting && { contents: [rewriteContent(rewriting)] }) };
};

const finish = (applied: Parameters<typeof failureOf>[0]): ModuleResult => {
  if (applied.code === 0) return { result: {}, changed: true };
  const msg = `Failed to reload sysctl: ${failureOf(applied)}`;
  return { result: { msg }, changed: false, failed: msg };
};

/** A setting of the kernel: its line in `sysctl.conf`, and its value now. */
export const sysctl: Module<SysctlArgs, SysctlState> = {
  name: 'sysctl',
  quick: true,
  args: {
    name: { type: 'str', required: true, aliases: ['key'] },
    value: { type: 'str', aliases: ['val'] },
    state: { type: 'str', default: 'present', choices: ['present', 'absent'] },
    reload: { type: 'bool', default: true },
    sysctl_set: { type: 'bool', default: false },
    ignoreerrors: { type: 'bool', default: false },
    sysctl_file: { type: 'path', default: '/etc/sysctl.conf' },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read: (output) => {
    const fields = readFields(output);
    return { file: readTextFile(fields, 'it'), now: fields.text('now') ?? '', tool: fields.get('tool') === 'yes' };
  },
  plan,
  apply,
  finish: (_args, _state, _plan, applied) => finish(applied),
};
