import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Controller, ModuleArg } from '../module.ts';
import { type Attributes, attributeArgs, readAttributes } from '../state/attributes.ts';
import { tidyPath } from '../state/script.ts';
import { type ArchiveEntry, readEntries } from './entries.ts';

/** The arguments of `unarchive`. */
export const archiveArguments = {
  src: { type: 'path', required: true },
  dest: { type: 'path', required: true },
  remote_src: { type: 'bool', default: false },
  /** The older way to say `remote_src`: `copy: false` is `remote_src: true`. */
  copy: { type: 'bool', default: true },
  creates: { type: 'path' },
  include: { type: 'list', default: [] },
  exclude: { type: 'list', default: [] },
  extra_opts: { type: 'list', default: [] },
  keep_newer: { type: 'bool', default: false },
  ...attributeArgs,
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `unarchive`. */
export interface ArchiveArgs {
  readonly kind: 'tar' | 'zip';
  readonly src: string;
  /** The archive itself, when it is ours; else it lies on the host at `src`. */
  readonly content?: Buffer;
  /** What is in an archive of ours; absent when it cannot be read here (`.bz2`, `.xz`). */
  readonly entries?: readonly ArchiveEntry[];
  readonly dest: string;
  readonly creates?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly extra: readonly string[];
  readonly keepNewer: boolean;
  readonly attributes: Attributes;
}

const wrong = (en: string, fr: string): Fault => new Fault({ code: 'module.arguments', say: t(en, fr) });

const kindOf = (src: string): ArchiveArgs['kind'] => {
  if (/\.(?:zip|jar|war)$/i.test(src)) return 'zip';
  if (/\.(?:tar|tgz|tbz|tbz2|txz|tzst|tar\.(?:gz|bz2|xz|zst))$/i.test(src)) return 'tar';
  throw wrong(
    `unarchive: “${src}” is neither a tar archive (.tar .tgz .tar.gz .tar.bz2 .tar.xz .tar.zst) nor a .zip.`,
    `unarchive : « ${src} » n’est ni une archive tar (.tar .tgz .tar.gz .tar.bz2 .tar.xz .tar.zst) ni un .zip.`,
  );
};

const words = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Options that run a program or leave the destination are not for a playbook to pass on. */
const checkExtra = (extra: readonly string[]): void => {
  const allowed =
    /^(?:--strip(?:-components)?=\d+|--no-same-owner|--same-owner|--no-same-permissions|--preserve-permissions|--keep-old-files|--overwrite|--transform=.*|-[jopq]+)$/;
  const bad = extra.find((option) => !allowed.test(option) || /^--transform=.*e[a-z]*$/.test(option));
  if (bad === undefined) return;
  throw wrong(
    `unarchive: extra_opts “${bad}” is not supported.`,
    `unarchive : extra_opts « ${bad} » n’est pas pris en charge.`,
  );
};

const entriesOf = (args: Pick<ArchiveArgs, 'kind' | 'extra' | 'include' | 'exclude'>, content: Buffer) => {
  const strip = args.extra
    .map((option) => /^--strip(?:-components)?=(\d+)$/.exec(option)?.[1])
    .find((count) => count !== undefined);
  const renames = args.extra.some((option) => option.startsWith('--transform'));
  return renames
    ? undefined
    : readEntries(args.kind, content, { strip: Number(strip ?? 0), include: args.include, exclude: args.exclude });
};

/** Reads the archive, when it is ours. Throws a Fault when it could never be known whether it is unpacked already. */
export const prepareArchive = async (args: JsonObject, controller: Controller): Promise<ArchiveArgs> => {
  const src = String(args.src);
  const [include, exclude, extra] = [words(args.include), words(args.exclude), words(args.extra_opts)];
  if (src.includes('://')) {
    throw wrong(
      'unarchive: an address as src is not supported; fetch it first.',
      'unarchive : une adresse comme src n’est pas prise en charge ; téléchargez d’abord.',
    );
  }
  if (include.length > 0 && exclude.length > 0)
    throw wrong('unarchive: include and exclude exclude each other.', 'unarchive : include ou exclude, pas les deux.');
  checkExtra(extra);
  const kind = kindOf(src);
  const isThere = args.remote_src === true || args.copy === false;
  const found = isThere ? undefined : await controller.read(src, 'files');
  const entries = found && entriesOf({ kind, extra, include, exclude }, found.content);
  if (found !== undefined && entries === undefined && args.creates === undefined) {
    throw wrong(
      `unarchive: ${src} cannot be compared before it is sent; give “creates”, or copy it and use remote_src.`,
      `unarchive : ${src} ne peut être comparée avant l’envoi ; donnez « creates », ou copiez-la puis utilisez remote_src.`,
    );
  }
  return {
    kind,
    src: found?.path ?? tidyPath(src),
    ...(found !== undefined && { content: found.content }),
    ...(entries !== undefined && { entries }),
    dest: tidyPath(String(args.dest)),
    ...(typeof args.creates === 'string' && { creates: args.creates }),
    include,
    exclude,
    extra,
    keepNewer: args.keep_newer === true,
    attributes: readAttributes(args),
  };
};
