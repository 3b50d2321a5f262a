/**
 * What is open at a place of a text: one letter for each thing, the innermost last. Quotes and brackets stand for
 * themselves, `#` and `*` are comments, `a` is `$'…'`, `+` is arithmetic, and `?` is what this reading cannot tell, to the
 * end. Some say what the last letter was: a backslash, `$ < L` (`<<`), `^` (a bracket), `-`, `/`, `!` (a star), `_` where a
 * word may begin, and `o` after what a template gave.
 */
export type Open = string;

/** What is open behind one more letter. */
export type Step = (open: Open, char: string) => Open;

/** The same without the innermost. */
export const outer = (open: Open): Open => open.slice(0, -1);

/** The innermost, or the last letter where that says more. */
export const last = (open: Open): string => open.at(-1) ?? '';

/** Nobody can tell any more. */
export const unsure: Open = '?';
