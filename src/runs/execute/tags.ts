/** Which tags were asked for. */
export interface TagChoice {
  readonly tags?: readonly string[] | undefined;
  readonly skipTags?: readonly string[] | undefined;
}

const meets = (a: readonly string[], b: readonly string[]): boolean => a.some((tag) => b.includes(tag));

/** Whether a task with these tags takes part, as Ansible decides: `always`, `never`, `all`, `tagged`, `untagged` are special. */
export function takesPart(tags: readonly string[], choice: TagChoice): boolean {
  const own = tags.length > 0 ? tags : ['untagged'];
  const only = choice.tags && choice.tags.length > 0 ? choice.tags : ['all'];
  const skip = choice.skipTags ?? [];
  return isWanted(own, only, tags.length > 0) && !isLeftOut(own, skip, tags.length > 0);
}

function isWanted(own: readonly string[], only: readonly string[], tagged: boolean): boolean {
  if (own.includes('always')) return true;
  if (only.includes('all') && !own.includes('never')) return true;
  if (meets(own, only)) return true;
  return only.includes('tagged') && tagged && !own.includes('never');
}

function isLeftOut(own: readonly string[], skip: readonly string[], tagged: boolean): boolean {
  if (skip.includes('all')) return !own.includes('always') || skip.includes('always');
  return meets(own, skip) || (skip.includes('tagged') && tagged);
}
