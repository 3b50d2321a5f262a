import type { Json, JsonObject } from '#core/json.ts';
import { accountName } from '../account/names.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `cron`. */
export const cronArguments = {
  name: { type: 'str', required: true },
  job: { type: 'str', aliases: ['value'] },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  user: { type: 'str' },
  cron_file: { type: 'path' },
  backup: { type: 'bool', default: false },
  minute: { type: 'str', default: '*' },
  hour: { type: 'str', default: '*' },
  day: { type: 'str', default: '*', aliases: ['dom'] },
  month: { type: 'str', default: '*' },
  weekday: { type: 'str', default: '*', aliases: ['dow'] },
  special_time: {
    type: 'str',
    choices: ['reboot', 'yearly', 'annually', 'monthly', 'weekly', 'daily', 'hourly'],
  },
  disabled: { type: 'bool', default: false },
  env: { type: 'bool', default: false },
  insertafter: { type: 'str' },
  insertbefore: { type: 'str' },
} satisfies Record<string, ModuleArg>;

/** What is to be done to the lines of a crontab. */
export type CronEdit =
  | { readonly kind: 'job'; readonly name: string; readonly line: string }
  | { readonly kind: 'no job'; readonly name: string }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly line: string;
      readonly after?: string;
      readonly before?: string;
    }
  | { readonly kind: 'no variable'; readonly name: string };

/** Prepared arguments of `cron`. */
export interface CronArgs {
  readonly edit: CronEdit;
  /** The user whose crontab it is; undefined for whoever runs it, and for a file. */
  readonly user?: string;
  readonly file?: string;
  /** As written, for the return values. */
  readonly cronFile?: string;
  readonly backup: boolean;
}

const times = ['minute', 'hour', 'day', 'month', 'weekday'] as const;

const oneLine = (name: string, value: Json | undefined): string => {
  const text = String(value ?? '');
  if (!/[\r\n]/.test(text)) return text;
  throw wrong(`cron: ${name} must be one line.`, `cron : ${name} doit tenir sur une ligne.`);
};

/* A blank would begin the next field, and at last the command. */
const oneField = (name: string, value: Json | undefined): string => {
  const text = String(value ?? '');
  if (/^\S+$/.test(text)) return text;
  throw wrong(`cron: ${name} must be one word, like */5.`, `cron : ${name} doit être un seul mot, comme */5.`);
};

const whenOf = (args: JsonObject): string => {
  const { special_time: special } = args;
  const fields = times.map((name) => oneField(name, args[name]));
  if (special === undefined) return fields.join(' ');
  if (fields.every((field) => field === '*')) return `@${String(special)}`;
  throw wrong(
    'You must specify time and date fields or special time.',
    'cron : des champs de date et d’heure, ou special_time, pas les deux.',
  );
};

const lineOf = (args: JsonObject, user: string | undefined): string => {
  const job = oneLine('job', String(args.job).replace(/^[\r\n]+|[\r\n]+$/g, ''));
  const by = args.cron_file === undefined ? '' : `${user} `;
  return `${args.disabled === true ? '#' : ''}${whenOf(args)} ${by}${job}`;
};

const checkTogether = (args: JsonObject, present: boolean): void => {
  if (args.insertafter !== undefined && args.insertbefore !== undefined)
    throw wrong('cron: insertafter or insertbefore, not both.', 'cron : insertafter ou insertbefore, pas les deux.');
  if (!present) return;
  if (args.cron_file !== undefined && args.user === undefined)
    throw wrong('To use cron_file=... parameter you must specify user=... as well', 'cron : cron_file demande user.');
  if (args.job === undefined)
    throw wrong("You must specify 'job' to install a new cron job or variable", 'cron : il faut job.');
  if ((args.insertafter !== undefined || args.insertbefore !== undefined) && args.env !== true)
    throw wrong(
      'Insertafter and insertbefore parameters are valid only with env=yes',
      'cron : insertafter et insertbefore ne vont qu’avec env.',
    );
};

const editOf = (args: JsonObject, present: boolean, user: string | undefined): CronEdit => {
  const name = oneLine('name', args.name);
  if (args.env !== true) {
    return present ? { kind: 'job', name, line: lineOf(args, user) } : { kind: 'no job', name };
  }
  if (name.includes(' '))
    throw wrong('Invalid name for environment variable', 'cron : ce n’est pas un nom de variable.');
  if (!present) return { kind: 'no variable', name };
  const { insertafter: after, insertbefore: before } = args;
  return {
    kind: 'variable',
    name,
    line: `${name}="${oneLine('value', args.job)}"`,
    ...(typeof after === 'string' && { after }),
    ...(typeof before === 'string' && { before }),
  };
};

const fileOf = (written: string): string => (written.startsWith('/') ? written : `/etc/cron.d/${written}`);

/** Checked arguments → what the module works on. Throws a Fault for what does not go together. */
export const prepareCron = (args: JsonObject): CronArgs => {
  const present = args.state !== 'absent';
  checkTogether(args, present);
  const user = typeof args.user === 'string' ? accountName('cron', args.user) : undefined;
  const { cron_file: file } = args;
  if (file === '/etc/crontab')
    throw wrong(
      'Will not manage /etc/crontab via cron_file, see documentation.',
      'cron : /etc/crontab ne se gère pas par cron_file.',
    );
  const whose = typeof file === 'string' ? { file: fileOf(file), cronFile: file } : user === undefined ? {} : { user };
  return { edit: editOf(args, present, user), backup: args.backup === true, ...whose };
};
