import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { type Text, t } from '#core/text.ts';
import { applyFile } from './file/apply.ts';
import type { FileArgs, Wanted } from './file/arguments.ts';
import { planFile } from './file/plan.ts';
import { type FileState, probeFile, readFileState } from './file/probe.ts';
import type { Module } from './module.ts';
import { attributeArgs, readAttributes, resultOf } from './state/attributes.ts';
import { failureOf, readFields } from './state/fields.ts';
import { readLook } from './state/look.ts';
import { tidyPath } from './state/script.ts';

const impossible = (say: Text): Fault => new Fault({ code: 'module.arguments', say });

const checkTimes = (args: JsonObject): void => {
  for (const name of ['modification_time', 'access_time']) {
    const value = args[name];
    if (value === undefined || value === 'preserve' || value === 'now') continue;
    throw impossible(t(`file: ${name} may be preserve or now`, `file : ${name} peut être preserve ou now`));
  }
};

const prepare = (args: JsonObject): FileArgs => {
  const path = tidyPath(String(args.path));
  const state = args.state as Wanted | undefined;
  const src = typeof args.src === 'string' ? args.src : undefined;
  checkTimes(args);
  if (path === '/' && state !== 'directory') throw impossible(t('file: path is /', 'file : le chemin est /'));
  if (args.recurse === true && state !== undefined && state !== 'directory') {
    throw impossible(
      t("file: recurse option requires state to be 'directory'", 'file : recurse demande state=directory'),
    );
  }
  if (src !== undefined && state !== 'link' && state !== 'hard') {
    throw impossible(
      t("file: src option requires state to be 'link' or 'hard'", 'file : src demande state=link ou hard'),
    );
  }
  return {
    path,
    ...(state !== undefined && { state }),
    ...(src !== undefined && { src }),
    recurse: args.recurse === true,
    force: args.force === true,
    follow: args.follow !== false,
    touches: { modified: args.modification_time !== 'preserve', accessed: args.access_time !== 'preserve' },
    attributes: readAttributes(args),
  };
};

const keyOf = (args: FileArgs, differences: readonly Difference[]): 'path' | 'dest' => {
  const state = differences.find((difference) => difference.aspect === 'state')?.after ?? args.state;
  return state === 'link' || state === 'hard' || state === 'touch' ? 'dest' : 'path';
};

/** Sets what a path is: a file's attributes, a folder, a link, an empty file, nothing at all. */
export const file: Module<FileArgs, FileState> = {
  name: 'file',
  quick: true,
  args: {
    path: { type: 'path', required: true, aliases: ['dest', 'name'] },
    state: { type: 'str', choices: ['absent', 'directory', 'file', 'hard', 'link', 'touch'] },
    src: { type: 'path' },
    recurse: { type: 'bool', default: false },
    force: { type: 'bool', default: false },
    follow: { type: 'bool', default: true },
    modification_time: { type: 'str' },
    access_time: { type: 'str' },
    ...attributeArgs,
  },
  freeForm: 'kv',
  prepare,
  probe: probeFile,
  read: (output, args) => readFileState(readFields(output), args),
  plan: planFile,
  apply: applyFile,
  finish: (args, _state, plan, applied) => {
    if (applied.code !== 0) return { result: plan.result, changed: false, failed: failureOf(applied) };
    const now = resultOf(readLook(readFields(applied), 'now'));
    const kind = keyOf(args, plan.differences);
    return { result: { ...plan.result, ...now, [kind]: plan.result[kind] ?? args.path }, changed: true };
  },
};
