import type { Module } from './module.ts';
import { readBytes, type WholeFile, whyUnread } from './state/bytes.ts';
import { readFields } from './state/fields.ts';
import { type Look, readLook } from './state/look.ts';
import { assignPath, bytesLimit, shellFunctions, tidyPath } from './state/script.ts';

interface SlurpState {
  readonly path: string;
  readonly look: Look;
  readonly file: WholeFile;
}

const obstacle = ({ path, look, file }: SlurpState): string | undefined => {
  if (look.type === 'absent') return `file not found: ${path}`;
  if (look.type === 'directory') return `source is a directory and must be a file: ${path}`;
  if (file.kind === 'closed') return `file is not readable: ${path}`;
  return file.kind === 'none' ? `unable to slurp file: ${path} is not a regular file` : whyUnread(file, path);
};

/** Reads a file of the host, in base64. Nothing changes. */
export const slurp: Module<string, SlurpState> = {
  name: 'slurp',
  quick: true,
  args: { src: { type: 'path', required: true, aliases: ['path'] } },
  freeForm: 'kv',
  prepare: (args) => tidyPath(String(args.src)),
  probe: (path, quote) =>
    [
      shellFunctions('hex', 'look', 'bytes'),
      assignPath('p', path, quote),
      'echo "path=$(hex "$p")"; look it "$p" follow',
      `if [ -f "$p" ]; then bytes it "$p" ${bytesLimit}; fi`,
      'echo end',
    ].join('\n'),
  read: (output, path) => {
    const fields = readFields(output);
    return { path: fields.text('path') ?? path, look: readLook(fields, 'it'), file: readBytes(fields, 'it') };
  },
  plan: (_path, state) => {
    const msg = obstacle(state);
    if (msg !== undefined) return { differences: [], result: { msg }, failed: msg };
    const content = state.file.kind === 'content' ? state.file.content.toString('base64') : '';
    return { differences: [], result: { content, source: state.path, encoding: 'base64' } };
  },
  apply: () => undefined,
  finish: (_path, _state, plan) => ({ result: plan.result, changed: false }),
};
