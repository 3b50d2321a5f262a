import type { AttributeChange, Attributes, Identities } from '../state/attributes.ts';
import { changeAttributes, havingOf, newly, setAttributes } from '../state/attributes.ts';
import type { Look } from '../state/look.ts';

/** A place for a file that is made on the host itself, and what is there. */
export interface MadePlace {
  readonly path: string;
  readonly look: Look;
  readonly identities: Identities;
}

/** What changes about the file besides what is in it. */
export function madeAttributes({ path, look, identities }: MadePlace, wanted: Attributes): AttributeChange {
  const having = look.type === 'absent' ? newly(false, identities.umask) : havingOf(look);
  return changeAttributes(path, having, wanted, identities);
}

/**
 * Shell lines that make a file beside its place, `$p`, and put it there in one step: `fill` writes it to `$t`. What is
 * there already keeps its owner and its mode, unless others are wanted; `also` is removed at the end as well.
 */
export function madeLines(place: MadePlace, wanted: Attributes, fill: readonly string[], also = ''): readonly string[] {
  const { look, identities } = place;
  const change = madeAttributes(place, wanted);
  const mode = change.mode ?? (look.type === 'absent' ? newly(false, identities.umask).mode : look.mode);
  return [
    'u=${p%/*}; t=$(mktemp "${u:-/}/.quarterdeck.XXXXXX") || exit 1',
    `trap 'rm -f "$t"${also}' EXIT`,
    "trap 'exit 1' HUP INT TERM",
    ...fill,
    ...(look.type === 'absent' ? [] : [`chown ${look.uid}:${look.gid} "$t" 2>/dev/null || :`]),
    ...setAttributes('"$t"', { ...change, mode }),
    'mv -f "$t" "$p" || exit 1',
  ];
}
