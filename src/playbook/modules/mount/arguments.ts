import type { Json, JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `mount`. */
export const mountArguments = {
  path: { type: 'path', required: true, aliases: ['name'] },
  src: { type: 'path' },
  fstype: { type: 'str' },
  opts: { type: 'str' },
  dump: { type: 'str', default: '0' },
  passno: { type: 'str', default: '0' },
  boot: { type: 'bool', default: true },
  fstab: { type: 'path' },
  backup: { type: 'bool', default: false },
  state: {
    type: 'str',
    required: true,
    choices: ['absent', 'absent_from_fstab', 'mounted', 'present', 'unmounted', 'remounted', 'ephemeral'],
  },
} satisfies Record<string, ModuleArg>;

/** A line of `fstab`. */
export interface FstabLine {
  readonly src: string;
  readonly name: string;
  readonly fstype: string;
  readonly opts: string;
  readonly dump: string;
  readonly passno: string;
}

/** What is to become of the mount. */
export type MountWish =
  | 'absent'
  | 'absent_from_fstab'
  | 'mounted'
  | 'present'
  | 'unmounted'
  | 'remounted'
  | 'ephemeral';

/** Prepared arguments of `mount`. */
export interface MountArgs {
  readonly wish: MountWish;
  readonly line: FstabLine;
  readonly fstab: string;
  /** `fstab` is another than the system's own. */
  readonly ownFstab: boolean;
  readonly boot: boolean;
  readonly backup: boolean;
}

const word = (name: string, value: Json | undefined, otherwise: string): string => {
  const text = typeof value === 'string' ? value : otherwise;
  if (!/[\t\r\n]/.test(text) && !(name === 'path' && text === '')) return text;
  throw wrong(
    `mount: ${name} may hold no tab or new line.`,
    `mount : ${name} ne peut contenir ni tabulation ni saut de ligne.`,
  );
};

const optionsOf = (args: JsonObject): { readonly opts: string; readonly boot: boolean } => {
  const opts = word('opts', args.opts, 'defaults');
  const words = opts.split(',');
  if (args.boot !== false || words.includes('noauto')) return { opts, boot: true };
  return { opts: words.includes('defaults') ? opts : `${opts},noauto`, boot: false };
};

const isWish = (value: Json | undefined): value is MountWish =>
  mountArguments.state.choices.some((one) => one === value);

const needsSource: ReadonlySet<MountWish> = new Set(['mounted', 'present', 'ephemeral']);

/** Checked arguments → what the module works on. */
export const prepareMount = (args: JsonObject): MountArgs => {
  const wish = isWish(args.state) ? args.state : 'present';
  if (needsSource.has(wish) && (args.src === undefined || args.fstype === undefined))
    throw wrong(`mount: state=${wish} needs src and fstype.`, `mount : state=${wish} demande src et fstype.`);
  if (wish !== 'present' && wish !== 'absent' && wish !== 'absent_from_fstab' && !String(args.path).startsWith('/'))
    throw wrong('mount: path must be absolute.', 'mount : path doit être absolu.');
  const { opts, boot } = optionsOf(args);
  return {
    wish,
    line: {
      src: word('src', args.src, ''),
      name: word('path', args.path, ''),
      fstype: word('fstype', args.fstype, ''),
      opts,
      dump: word('dump', args.dump, '0'),
      passno: word('passno', args.passno, '0'),
    },
    fstab: tidyPath(word('fstab', args.fstab, '/etc/fstab')),
    ownFstab: typeof args.fstab === 'string' && args.fstab !== '/etc/fstab',
    boot,
    backup: args.backup === true,
  };
};
