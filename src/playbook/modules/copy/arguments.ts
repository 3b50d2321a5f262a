import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Controller, FolderEntry, ModuleArg } from '../module.ts';
import { checksum } from '../place/placement.ts';
import { type SingleArgs, validateWords } from '../place/single.ts';
import { type Attributes, attributeArgs, readAttributes } from '../state/attributes.ts';
import { showMode } from '../state/mode.ts';
import { tidyPath } from '../state/script.ts';
import type { FolderArgs } from './folder.ts';
import type { RemoteArgs } from './remote.ts';

/** The arguments of `copy`. */
export const copyArguments = {
  src: { type: 'path' },
  content: { type: 'raw' },
  dest: { type: 'path', required: true },
  backup: { type: 'bool', default: false },
  force: { type: 'bool', default: true },
  follow: { type: 'bool', default: false },
  validate: { type: 'str' },
  directory_mode: { type: 'mode' },
  remote_src: { type: 'bool', default: false },
  local_follow: { type: 'bool', default: true },
  checksum: { type: 'str' },
  ...attributeArgs,
} satisfies Record<string, ModuleArg>;

const wrong = (en: string, fr: string): Fault => new Fault({ code: 'module.arguments', say: t(en, fr) });

/** Python's `json.dumps`: what Ansible writes when `content` is a list or a mapping. */
const dumps = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(dumps).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${dumps(item)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
};

const textOf = (content: Json): string => {
  if (typeof content === 'string') return content;
  if (content === true || content === false) return content ? 'True' : 'False';
  return typeof content === 'number' ? String(content) : dumps(content);
};

const checkTogether = (args: JsonObject): void => {
  const { src, content, dest } = args;
  if (src === undefined && content === undefined)
    throw wrong('copy: src (or content) is required.', 'copy : il faut src (ou content).');
  if (src !== undefined && content !== undefined)
    throw wrong('copy: src and content are mutually exclusive.', 'copy : src ou content, pas les deux.');
  if (content !== undefined && String(dest).endsWith('/')) {
    throw wrong(
      'copy: can not use content with a dir as dest.',
      'copy : content ne va pas avec un dossier comme dest.',
    );
  }
  if (args.remote_src === true && content !== undefined)
    throw wrong('copy: remote_src needs src.', 'copy : remote_src demande src.');
};

const withMode = (attributes: Attributes, sourceMode: number | undefined): Attributes => {
  const { mode, ...owners } = attributes;
  if (mode !== 'preserve') return attributes;
  return sourceMode === undefined ? owners : { ...owners, mode: showMode(sourceMode & 0o7777) };
};

/** What goes with any copy. */
const common = (args: JsonObject) => ({
  dest: tidyPath(String(args.dest)),
  intoFolder: String(args.dest).endsWith('/'),
  backup: args.backup === true,
  directoryMode: typeof args.directory_mode === 'string' ? { mode: args.directory_mode } : {},
  ...(typeof args.validate === 'string' && { validate: validateWords(args.validate) }),
});

interface Source {
  readonly name: string;
  readonly src: string;
  readonly content: Buffer;
  readonly mode?: number;
}

const single = (args: JsonObject, source: Source): SingleArgs => {
  const { checksum: expected } = args;
  if (typeof expected === 'string' && expected !== checksum(source.content, 'sha1')) {
    throw wrong(
      'copy: the source does not match the expected checksum; nothing was sent.',
      'copy : la source ne correspond pas à la somme attendue ; rien n’a été envoyé.',
    );
  }
  const attributes = withMode(readAttributes(args, { mayPreserve: true }), source.mode);
  const placement = { content: source.content, attributes, follow: args.follow === true, force: args.force !== false };
  return { kind: 'single', ...common(args), name: source.name, src: source.src, placement };
};

const folder = (args: JsonObject, src: string, entries: readonly FolderEntry[]): FolderArgs => {
  const name = src.endsWith('/') ? '' : (src.split('/').at(-1) ?? '');
  const attributes = readAttributes(args, { mayPreserve: true });
  const inside = (path: string): string => (name === '' ? path : `${name}/${path}`);
  const { mode: _mode, ...owners } = attributes;
  return {
    kind: 'folder',
    dest: tidyPath(String(args.dest)),
    src,
    owners,
    directoryMode: { ...owners, ...common(args).directoryMode },
    backup: args.backup === true,
    folders: [
      ...(name === '' ? [] : [name]),
      ...entries.filter((entry) => entry.kind === 'directory').map((entry) => inside(entry.path)),
    ],
    files: entries
      .filter((entry) => entry.kind === 'file')
      .map((entry) => ({
        path: inside(entry.path),
        placement: {
          content: entry.content,
          attributes: withMode(attributes, entry.mode),
          follow: false,
          force: args.force !== false,
        },
      })),
  };
};

const remote = (args: JsonObject, src: string): RemoteArgs => ({
  kind: 'remote',
  ...common(args),
  src: tidyPath(src),
  contents: src.endsWith('/'),
  attributes: readAttributes(args, { mayPreserve: true }),
  follow: args.follow === true,
  force: args.force !== false,
});

/** Reads what is to be copied. Throws a Fault when the arguments do not go together, or the source is not there. */
export const prepareCopy = async (
  args: JsonObject,
  controller: Controller,
): Promise<SingleArgs | FolderArgs | RemoteArgs> => {
  checkTogether(args);
  if (args.content !== undefined) {
    return single(args, { name: '', src: 'content', content: Buffer.from(textOf(args.content)) });
  }
  const src = String(args.src);
  if (args.remote_src === true) return remote(args, src);
  const entries = await controller.folder?.(src);
  if (entries !== undefined) return folder(args, src, entries);
  const found = await controller.read(src, 'files');
  return single(args, {
    name: found.path.split('/').at(-1) ?? '',
    src: found.path,
    content: found.content,
    ...(found.mode !== undefined && { mode: found.mode }),
  });
};
