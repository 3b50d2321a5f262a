import { canonical, type Json, type JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { unifiedDiff } from '#playbook/diff.ts';
import { clipDifference, hidden } from '../execute/clip.ts';
import type { ExecutionLimits } from '../execute/limits.ts';
import type { EndTold } from './told.ts';

/** So many differences of one step are kept. */
const most = 100;

const textOf = (value: Json | undefined): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : canonical(value);
};

/** Ansible names a side by a file of its own, where it is made of a template: another one each time. */
const isOwnFile = (name: string): boolean => /[/\\](?:ansible-|\.ansible|qd-ansible-)/.test(name);

const nameOf = (diff: JsonObject, side: 'before' | 'after'): string | undefined => {
  const name = textOf(diff[`${side}_header`]);
  return name === '' || isOwnFile(name) ? undefined : name;
};

function differenceOf(diff: JsonObject, module: string): Difference {
  const subject = nameOf(diff, 'before') ?? nameOf(diff, 'after') ?? module;
  const prepared = textOf(diff.prepared);
  if (prepared !== '') return { subject, aspect: 'content', before: null, after: null, diff: prepared };
  const [before, after] = [textOf(diff.before), textOf(diff.after)];
  const shown = unifiedDiff(before, after, { before: subject, after: subject });
  return { subject, aspect: 'content', before, after, ...(shown === '' ? {} : { diff: shown }) };
}

/** What Ansible says a step changes, or changed. Where it says nothing of it, that it does. */
export function differencesOf(end: EndTold, module: string, limits: ExecutionLimits): readonly Difference[] {
  if (end.result.changed !== true) return [];
  if (end.hidden) return [{ subject: module, aspect: 'changed', before: hidden, after: hidden }];
  const all = end.diffs
    .filter(({ before, after, prepared }) => prepared || textOf(before) !== textOf(after))
    .slice(0, most)
    .map((diff) => clipDifference(differenceOf(diff, module), limits));
  return all.length > 0 ? all : [{ subject: module, aspect: 'changed', before: false, after: true }];
}
