import { basename } from 'node:path';
import { type Plan, planHash } from '#core/plan.ts';
import { each, type Text } from '#core/text.ts';

/** A title whose `{}` is known once it is planned: what a link of this name then names. */
export interface TitleFrom {
  readonly link: string;
  readonly title: Text;
}

/** Where the links of that name lead after the plan, each once. */
function led(plan: Plan, link: string): readonly string[] {
  const changes = plan.steps
    .flatMap(({ differences }) => differences)
    .filter(({ subject, aspect }) => aspect === 'target' && basename(subject) === link);
  return [...new Set(changes.map(({ after }) => basename(String(after))))];
}

/** What a host answered is said in a title where it is a name: no line, no mark and no direction of its own. */
const aName = /^[\p{L}\p{N}][\p{L}\p{N}._+~-]{0,63}$/u;

/** The plan under the title that says it better; as it was where the hosts would not all agree. */
export function named(plan: Plan, better: TitleFrom | undefined): Plan {
  const [only, ...others] = better ? led(plan, better.link) : [];
  if (!better || only === undefined || others.length > 0 || !aName.test(only)) return plan;
  const { hash: _hash, ...rest } = plan;
  const title = each(better.title, (words) => words.replace('{}', () => only));
  const told = { ...rest, request: { ...rest.request, title } };
  return { ...told, hash: planHash(told) };
}
