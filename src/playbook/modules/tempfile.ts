import type { JsonObject } from '#core/json.ts';
import type { Module, Quote } from './module.ts';
import { resultOf } from './state/attributes.ts';
import { failureOf, readFields } from './state/fields.ts';
import { type Look, readLook } from './state/look.ts';
import { assignPath, shellFunctions, tidyPath } from './state/script.ts';
import { wrong } from './state/wrong.ts';

interface TempArgs {
  readonly folder?: string;
  readonly directory: boolean;
  readonly prefix: string;
  readonly suffix: string;
}

const prepare = (args: JsonObject): TempArgs => {
  const [prefix, suffix] = [String(args.prefix), String(args.suffix)];
  if (`${prefix}${suffix}`.includes('/'))
    throw wrong(
      'tempfile: prefix and suffix are parts of a name, without “/”.',
      'tempfile : prefix et suffix sont des parties d’un nom, sans « / ».',
    );
  return {
    ...(typeof args.path === 'string' && { folder: tidyPath(args.path) }),
    directory: args.state === 'directory',
    prefix,
    suffix,
  };
};

const assignFolder = (args: TempArgs, quote: Quote): string =>
  args.folder === undefined ? 'p=${TMPDIR:-/tmp}' : assignPath('p', args.folder, quote);

/** Made and taken in one step: what is there already is never touched. */
const applyTemp = (args: TempArgs, quote: Quote): string => {
  const make = args.directory ? 'mkdir -m 700 "$f" 2>/dev/null' : '( set -C; : >"$f" ) 2>/dev/null';
  return `${shellFunctions('hex', 'look')}
${assignFolder(args, quote)}
umask 077
i=0
while [ $i -lt 100 ]; do
  i=$((i + 1))
  r=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \\n')
  f=\${p%/}/${quote(args.prefix)}$r${quote(args.suffix)}
  if ${make}; then echo "path=$(hex "$f")"; look now "$f"; echo end; exit 0; fi
done
echo "no temporary name could be taken in $p" >&2
exit 1`;
};

const kindOf = (args: TempArgs): string => (args.directory ? 'directory' : 'file');

/** Makes an empty file or a folder with a name nobody has, for its owner only. */
export const tempFile: Module<TempArgs, { readonly path: string; readonly look: Look }> = {
  name: 'tempfile',
  args: {
    state: { type: 'str', default: 'file', choices: ['file', 'directory'] },
    path: { type: 'path' },
    prefix: { type: 'str', default: 'ansible.' },
    suffix: { type: 'str', default: '' },
  },
  freeForm: 'kv',
  once: true,
  silent: true,
  prepare,
  probe: (args, quote) =>
    `${shellFunctions('hex', 'look')}\n${assignFolder(args, quote)}\necho "path=$(hex "$p")"; look it "$p" follow\necho end`,
  read: (output) => {
    const fields = readFields(output);
    return { path: fields.text('path') ?? '', look: readLook(fields, 'it') };
  },
  plan: (args, { path, look }) => {
    if (look.type !== 'directory') {
      const msg = `[Errno 2] No such file or directory: '${path}/${args.prefix}'`;
      return { differences: [], result: { msg }, failed: msg };
    }
    const subject = `${path}/${args.prefix}…${args.suffix}`;
    return {
      differences: [{ subject, aspect: 'state', before: 'absent', after: kindOf(args) }],
      result: {},
      unknown: true,
    };
  },
  apply: (args, _state, _plan, quote) => ({ script: applyTemp(args, quote) }),
  finish: (_args, _state, _plan, applied) => {
    if (applied.code !== 0) {
      const msg = failureOf(applied);
      return { result: { msg }, changed: false, failed: msg };
    }
    const fields = readFields(applied);
    return { result: { path: fields.text('path') ?? '', ...resultOf(readLook(fields, 'now')) }, changed: true };
  },
};
