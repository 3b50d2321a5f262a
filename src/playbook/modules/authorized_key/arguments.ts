import type { JsonObject } from '#core/json.ts';
import { accountName } from '../account/names.ts';
import type { ModuleArg } from '../module.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `authorized_key`. */
export const keyArguments = {
  user: { type: 'str', required: true },
  key: { type: 'str', required: true },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  path: { type: 'path' },
  manage_dir: { type: 'bool', default: true },
  key_options: { type: 'str' },
  exclusive: { type: 'bool', default: false },
  comment: { type: 'str' },
  follow: { type: 'bool', default: false },
  validate_certs: { type: 'bool', default: true },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `authorized_key`. */
export interface KeyArgs {
  readonly user: string;
  /** The keys, one a line; or the address of a page of them. */
  readonly key: string;
  readonly url: boolean;
  readonly present: boolean;
  readonly path?: string;
  readonly manageDir: boolean;
  readonly options?: string;
  readonly exclusive: boolean;
  readonly comment?: string;
  readonly follow: boolean;
  readonly verify: boolean;
  /** The arguments as Ansible returns them. */
  readonly shown: JsonObject;
}

const oneLine = (name: string, value: unknown): string | undefined => {
  if (typeof value !== 'string' || !/[\r\n]/.test(value)) return typeof value === 'string' ? value : undefined;
  throw wrong(`authorized_key: ${name} must be one line.`, `authorized_key : ${name} doit tenir sur une ligne.`);
};

/** Checked arguments → what the module works on. */
export const prepareKeys = (args: JsonObject): KeyArgs => {
  const [options, comment] = [oneLine('key_options', args.key_options), oneLine('comment', args.comment)];
  const key = String(args.key);
  return {
    user: accountName('authorized_key', String(args.user)),
    key,
    url: key.startsWith('http'),
    present: args.state !== 'absent',
    ...(typeof args.path === 'string' && { path: tidyPath(args.path) }),
    manageDir: args.manage_dir !== false,
    ...(options !== undefined && { options }),
    exclusive: args.exclusive === true,
    ...(comment !== undefined && { comment }),
    follow: args.follow === true,
    verify: args.validate_certs !== false,
    shown: {
      path: null,
      key_options: null,
      comment: null,
      ...args,
    },
  };
};
