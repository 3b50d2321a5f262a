import type { Prompt } from '#core/prompt.ts';
import { visible } from '#core/visible.ts';
import { entryOf, type MapNode, type Node } from './yaml/node.ts';

const longest = 100;

const scalarOf = (node: MapNode, key: string): string | undefined => {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' && value.value !== null ? value.text : undefined;
};

/** What `vars_prompt` hides while it is typed, which is all that does not say otherwise, is not asked for where others read. */
const isOpen = (node: MapNode): boolean => /^(?:false|no|off|n|0)$/i.test(scalarOf(node, 'private') ?? '');

function promptOf(node: Node): Prompt | undefined {
  const name = node.kind === 'map' ? scalarOf(node, 'name') : undefined;
  if (node.kind !== 'map' || name === undefined || !/^[A-Za-z_]\w{0,99}$/.test(name)) return undefined;
  const about = visible(scalarOf(node, 'prompt') ?? '')
    .trim()
    .split('\n', 1)[0]
    ?.slice(0, longest)
    .replace(/[\s?:]+$/, '');
  const isAsked = entryOf(node, 'default') === undefined;
  const isWanted = isAsked && isOpen(node);
  return { name, ...(about ? { about } : {}), isWanted, ...(isAsked && !isWanted ? { isHidden: true } : {}) };
}

/** What the plays of a file ask for, each name once. */
export function promptsOf(file: Node | undefined): readonly Prompt[] {
  const plays = file?.kind === 'list' ? file.items : [];
  const asked = plays.flatMap((play) => {
    const prompts = play.kind === 'map' ? entryOf(play, 'vars_prompt')?.value : undefined;
    return prompts?.kind === 'list' ? prompts.items.flatMap((item) => promptOf(item) ?? []) : [];
  });
  return [...new Map(asked.toReversed().map((prompt) => [prompt.name, prompt])).values()].toReversed();
}
