import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Controller, Module } from './module.ts';
import {
  applySingle,
  finishSingle,
  planSingle,
  probeSingle,
  readSingle,
  type SingleArgs,
  type SingleState,
  validateWords,
} from './place/single.ts';
import { attributeArgs, readAttributes } from './state/attributes.ts';
import { showMode } from './state/mode.ts';
import { tidyPath } from './state/script.ts';

const newlines: Readonly<Record<string, string>> = {
  '\\n': '\n',
  '\\r': '\r',
  '\\r\\n': '\r\n',
  '\n': '\n',
  '\r': '\r',
  '\r\n': '\r\n',
};

/** `trim_blocks` and `lstrip_blocks` of the task, as the line that a template may begin with. */
const withOptions = (text: string, args: JsonObject): string => {
  if (text.startsWith('#jinja2:') || (args.trim_blocks !== false && args.lstrip_blocks !== true)) return text;
  const said = (value: boolean): string => (value ? 'True' : 'False');
  return `#jinja2: trim_blocks: ${said(args.trim_blocks !== false)}, lstrip_blocks: ${said(args.lstrip_blocks === true)}\n${text}`;
};

const notText = (path: string): Fault =>
  new Fault({
    code: 'module.arguments',
    say: t(`template: ${path} is not UTF-8 text.`, `template : ${path} n’est pas un texte UTF-8.`),
  });

const prepare = async (args: JsonObject, controller: Controller): Promise<SingleArgs> => {
  const source = await controller.read(String(args.src), 'templates');
  const text = source.content.toString('utf8');
  if (!Buffer.from(text).equals(source.content)) throw notText(source.path);
  const rendered = await controller.render(withOptions(text, args), source.path);
  const newline = newlines[String(args.newline_sequence)] ?? '\n';
  const dest = String(args.dest);
  const { mode, ...owners } = readAttributes(args, { mayPreserve: true });
  const kept = mode === 'preserve' ? (source.mode === undefined ? undefined : showMode(source.mode & 0o7777)) : mode;
  return {
    kind: 'single',
    dest: tidyPath(dest),
    intoFolder: dest.endsWith('/'),
    name: source.path.split('/').at(-1) ?? '',
    src: source.path,
    placement: {
      content: Buffer.from(newline === '\n' ? rendered : rendered.replace(/\r\n|\n/g, newline)),
      attributes: { ...owners, ...(kept !== undefined && { mode: kept }) },
      follow: args.follow === true,
      force: args.force !== false,
    },
    directoryMode: {},
    backup: args.backup === true,
    ...(typeof args.validate === 'string' && { validate: validateWords(args.validate) }),
  };
};

/** Puts a rendered template in a file. Rendered and compared here: nothing is sent when nothing changes. */
export const template: Module<SingleArgs, SingleState> = {
  name: 'template',
  interpreted: { validate: 'words' },
  quick: true,
  args: {
    src: { type: 'path', required: true },
    dest: { type: 'path', required: true },
    backup: { type: 'bool', default: false },
    force: { type: 'bool', default: true },
    follow: { type: 'bool', default: false },
    validate: { type: 'str' },
    newline_sequence: { type: 'str', default: '\\n', choices: Object.keys(newlines) },
    trim_blocks: { type: 'bool', default: true },
    lstrip_blocks: { type: 'bool', default: false },
    ...attributeArgs,
  },
  freeForm: 'kv',
  prepare,
  probe: probeSingle,
  read: readSingle,
  plan: planSingle,
  apply: applySingle,
  finish: (_args, _state, plan, applied) => finishSingle(plan, applied),
};
