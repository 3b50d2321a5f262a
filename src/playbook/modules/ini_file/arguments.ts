import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { toBytes } from '../edit/bytes.ts';
import type { ModuleArg } from '../module.ts';

/** The arguments of `ini_file` besides the file. */
export const iniArguments = {
  section: { type: 'str' },
  option: { type: 'str' },
  value: { type: 'str' },
  values: { type: 'list' },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  exclusive: { type: 'bool', default: true },
  no_extra_spaces: { type: 'bool', default: false },
  ignore_spaces: { type: 'bool', default: false },
  allow_no_value: { type: 'bool', default: false },
  modify_inactive_option: { type: 'bool', default: true },
  create: { type: 'bool', default: true },
  follow: { type: 'bool', default: false },
} satisfies Record<string, ModuleArg>;

/** What is to be done to the options of a section; texts are bytes. */
export interface IniEdit {
  readonly state: 'absent' | 'present';
  /** Undefined for the options before the first section. */
  readonly section?: string;
  readonly option?: string;
  readonly values: readonly string[];
  readonly exclusive: boolean;
  readonly tight: boolean;
  readonly ignoreSpaces: boolean;
  readonly allowNoValue: boolean;
  /** An option that is commented out is taken for the option. */
  readonly inactiveToo: boolean;
  readonly create: boolean;
  readonly follow: boolean;
}

const wrong = (en: string, fr: string): Fault => new Fault({ code: 'module.arguments', say: t(en, fr) });

const checkTogether = (args: JsonObject, values: readonly string[]): void => {
  if (args.value !== undefined && args.values !== undefined)
    throw wrong('ini_file: value and values are mutually exclusive.', 'ini_file : value ou values, pas les deux.');
  const names = [args.section, args.option].some((name) => name !== undefined && name !== '');
  if (args.state === 'absent' && !names)
    throw wrong(
      'ini_file: state=absent needs section or option.',
      'ini_file : state=absent demande section ou option.',
    );
  if (args.state === 'absent' || args.allow_no_value === true || values.length > 0) return;
  throw wrong(
    "ini_file: Parameter 'value(s)' must be defined if state=present and allow_no_value=False.",
    'ini_file : il faut value ou values avec state=present, sauf si allow_no_value=true.',
  );
};

const valuesOf = ({ value, values }: JsonObject): readonly string[] => {
  if (typeof value === 'string') return [value];
  return Array.isArray(values) ? [...new Set(values.map(String))] : [];
};

/** Checks the arguments. Throws a Fault for those that do not go together. */
export const prepareIni = (args: JsonObject): IniEdit => {
  const values = valuesOf(args);
  checkTogether(args, values);
  const { section, option } = args;
  const broken = [section, option, ...values].find((text) => typeof text === 'string' && /[\r\n]/.test(text));
  if (typeof broken === 'string')
    throw wrong(`ini_file: “${broken}” is more than one line.`, `ini_file : « ${broken} » est sur plusieurs lignes.`);
  return {
    state: args.state === 'absent' ? 'absent' : 'present',
    ...(typeof section === 'string' && section !== '' && { section: toBytes(section) }),
    ...(typeof option === 'string' && option !== '' && { option: toBytes(option) }),
    values: values.map(toBytes),
    exclusive: args.exclusive !== false,
    tight: args.no_extra_spaces === true,
    ignoreSpaces: args.ignore_spaces === true,
    allowNoValue: args.allow_no_value === true,
    inactiveToo: args.modify_inactive_option !== false,
    create: args.create !== false,
    follow: args.follow === true,
  };
};
