import type { JsonObject } from '#core/json.ts';
import type { Module, Quote } from './module.ts';
import { type Fields, readFields } from './state/fields.ts';
import { type Look, type Present, readLook } from './state/look.ts';
import { showMode } from './state/mode.ts';
import { assignPath, shellFunctions, tidyPath } from './state/script.ts';

interface StatArgs {
  readonly path: string;
  readonly follow: boolean;
  readonly checksum: string | undefined;
  readonly mime: boolean;
}

interface StatState {
  readonly path: string;
  readonly look: Look;
  readonly fields: Fields;
}

const algorithms = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

const sumScript = (algorithm: string): string =>
  `if [ -f "$p" ] && [ -r "$p" ]; then
  if command -v ${algorithm}sum >/dev/null 2>&1; then s=$(${algorithm}sum <"$p") && echo "checksum=\${s%% *}"
  elif command -v openssl >/dev/null 2>&1; then s=$(openssl dgst -${algorithm} <"$p") && echo "checksum=\${s##* }"; fi
fi`;

const mimeScript = `if command -v file >/dev/null 2>&1 && m=$(file -b --mime-type --mime-encoding "$p" 2>/dev/null); then printf 'mime=%s\\n' "$m"; fi`;

const accessScript = 'for a in r w x; do [ -$a "$p" ] && echo "can.$a=yes"; done';

const probe = (args: StatArgs, quote: Quote): string =>
  [
    shellFunctions('hex', 'look'),
    assignPath('p', args.path, quote),
    'echo "path=$(hex "$p")"',
    `look it "$p"${args.follow ? ' follow' : ''}`,
    'if [ -L "$p" ]; then r=$(readlink -f "$p" && echo x); r=${r%??}; echo "real=$(hex "$r")"; fi',
    'if [ -e "$p" ]; then',
    accessScript,
    args.checksum === undefined ? '' : sumScript(args.checksum),
    args.mime ? mimeScript : '',
    'fi',
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

const permissions = (mode: number): JsonObject => {
  const bit = (at: number): boolean => (mode & at) !== 0;
  return {
    rusr: bit(0o400),
    wusr: bit(0o200),
    xusr: bit(0o100),
    rgrp: bit(0o40),
    wgrp: bit(0o20),
    xgrp: bit(0o10),
    roth: bit(0o4),
    woth: bit(0o2),
    xoth: bit(0o1),
    isuid: bit(0o4000),
    isgid: bit(0o2000),
  };
};

const kinds = (look: Present): JsonObject => ({
  isdir: look.type === 'directory',
  isreg: look.type === 'file',
  islnk: look.type === 'link',
  isblk: false,
  ischr: false,
  isfifo: false,
  issock: false,
});

const mimeOf = (fields: Fields): JsonObject => {
  const [, mimetype = 'unknown', charset = 'unknown'] =
    /^([^;]+);\s*charset=(.*)$/.exec(fields.get('mime') ?? '') ?? [];
  return { mimetype, charset };
};

const describe = (args: StatArgs, { path, look, fields }: StatState): JsonObject => {
  if (look.type === 'absent') return { exists: false };
  const real = fields.text('real');
  const checksum = fields.get('checksum');
  return {
    exists: true,
    path,
    mode: showMode(look.mode),
    ...kinds(look),
    ...permissions(look.mode),
    uid: look.uid,
    gid: look.gid,
    size: look.size,
    inode: look.inode,
    dev: look.device,
    nlink: look.links,
    atime: look.accessed,
    mtime: look.modified,
    ctime: look.changed,
    readable: fields.get('can.r') === 'yes',
    writeable: fields.get('can.w') === 'yes',
    executable: fields.get('can.x') === 'yes',
    ...(look.owner !== '' && { pw_name: look.owner }),
    ...(look.group !== '' && { gr_name: look.group }),
    ...(look.target !== undefined && { lnk_target: look.target, lnk_source: real ?? look.target }),
    ...(checksum !== undefined && { checksum }),
    ...(args.mime && mimeOf(fields)),
  };
};

const algorithmOf = (args: JsonObject): string | undefined =>
  args.get_checksum === false ? undefined : String(args.checksum_algorithm ?? 'sha1');

/** Says what is at a path. Nothing changes. */
export const stat: Module<StatArgs, StatState> = {
  name: 'stat',
  quick: true,
  args: {
    path: { type: 'path', required: true, aliases: ['dest', 'name'] },
    follow: { type: 'bool', default: false },
    get_checksum: { type: 'bool', default: true },
    checksum_algorithm: { type: 'str', default: 'sha1', choices: algorithms, aliases: ['checksum', 'checksum_algo'] },
    get_mime: { type: 'bool', default: true, aliases: ['mime', 'mime_type', 'mime-type'] },
    get_attributes: { type: 'bool', default: true, aliases: ['attr', 'attributes'] },
  },
  freeForm: 'kv',
  prepare: (args) => ({
    path: tidyPath(String(args.path)),
    follow: args.follow === true,
    checksum: algorithmOf(args),
    mime: args.get_mime !== false,
  }),
  probe,
  read: (output, args) => {
    const fields = readFields(output);
    return { fields, path: fields.text('path') ?? args.path, look: readLook(fields, 'it') };
  },
  plan: (args, state) => ({ differences: [], result: { stat: describe(args, state) } }),
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
};
