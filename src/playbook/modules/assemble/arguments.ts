import type { JsonObject } from '#core/json.ts';
import { type Pattern, readPattern } from '../edit/pattern.ts';
import type { Controller, ModuleArg } from '../module.ts';
import { validateWords } from '../place/single.ts';
import { type Attributes, attributeArgs, readAttributes } from '../state/attributes.ts';
import { tidyPath } from '../state/script.ts';
import { wrong } from '../state/wrong.ts';
import { type Fragment, unescaped } from './join.ts';

/** The arguments of `assemble`. */
export const assembleArguments = {
  src: { type: 'path', required: true },
  dest: { type: 'path', required: true },
  remote_src: { type: 'bool', default: true },
  regexp: { type: 'str' },
  delimiter: { type: 'str', default: '' },
  ignore_hidden: { type: 'bool', default: false },
  validate: { type: 'str' },
  backup: { type: 'bool', default: false },
  ...attributeArgs,
} satisfies Record<string, ModuleArg>;

/** What is to be put together, and where. */
export interface AssembleArgs {
  readonly src: string;
  /** The fragments when they are here; undefined when they are on the host. */
  readonly own: readonly Fragment[] | undefined;
  readonly dest: string;
  readonly pattern: Pattern | undefined;
  readonly ignoreHidden: boolean;
  /** Bytes, one character each; empty for none. */
  readonly delimiter: string;
  readonly validate?: readonly string[];
  readonly backup: boolean;
  readonly attributes: Attributes;
}

/** The files in a folder of ours, not those below it. */
const ownFragments = async (src: string, controller: Controller): Promise<readonly Fragment[]> => {
  const entries = await controller.folder?.(src);
  if (entries === undefined)
    throw wrong(`assemble: “${src}” is not a folder.`, `assemble : « ${src} » n’est pas un dossier.`);
  return entries
    .filter(({ path, kind }) => kind === 'file' && !path.includes('/'))
    .map(({ path, content }) => ({ name: Buffer.from(path).toString('latin1'), content }));
};

/** Checks the arguments. Throws a Fault for a pattern or a validation that is none, or a folder of ours that is not there. */
export const prepareAssemble = async (args: JsonObject, controller: Controller): Promise<AssembleArgs> => {
  const src = String(args.src);
  return {
    src: tidyPath(src),
    own: args.remote_src === false ? await ownFragments(src, controller) : undefined,
    dest: tidyPath(String(args.dest)),
    pattern: typeof args.regexp === 'string' ? readPattern('assemble', 'regexp', args.regexp) : undefined,
    ignoreHidden: args.ignore_hidden === true,
    delimiter: unescaped(String(args.delimiter)),
    ...(typeof args.validate === 'string' && { validate: validateWords(args.validate) }),
    backup: args.backup === true,
    attributes: readAttributes(args),
  };
};
