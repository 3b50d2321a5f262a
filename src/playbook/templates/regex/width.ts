import type { Node } from './ast.ts';

const same = (widths: readonly (number | undefined)[]): number | undefined => {
  const [first] = widths;
  return widths.every((width) => width === first) ? first : undefined;
};

/** How many characters a pattern takes, when that is always the same number. */
export function widthOf(node: Node): number | undefined {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return node.parts
        .map(widthOf)
        .reduce((sum, width) => (sum === undefined || width === undefined ? undefined : sum + width), 0);
    case 'either':
      return same(node.options.map(widthOf));
    case 'group':
    case 'atomic':
      return widthOf(node.body);
    case 'repeat': {
      const width = widthOf(node.body);
      return width === undefined || node.min !== node.max ? undefined : width * node.min;
    }
    case 'if-group':
      return same([widthOf(node.yes), widthOf(node.no)]);
    case 'back':
      return undefined;
    default:
      return 0;
  }
}
