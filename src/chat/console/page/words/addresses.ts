/** A stretch of a text: an address that can be gone to, or anything else. */
export interface Part {
  readonly text: string;
  readonly isAddress: boolean;
}

const gaps = /([ \n\t\u00a0\u202f]+)/;

// Letters that look like no others, and no `user@` before the host: what one reads is where it leads.
const address = /^https?:\/\/([a-z\d][a-z\d.-]*|\[[\da-f:.]+\])(?::\d+)?(?:[/?#][\w.~!$&'()*+,;=:@%/?#-]*)?$/i;

/** Whether it leads to the very host that is read: a browser takes `0x7f.1` for another. */
const isAddress = (text: string): boolean => {
  const host = address.exec(text)?.[1]?.toLowerCase();
  return host !== undefined && URL.canParse(text) && new URL(text).hostname === host;
};

/** A word, and the marks of the sentence around it. */
const withoutMarks = (word: string): readonly [before: string, word: string, after: string] => {
  const before = word.startsWith('(') ? '(' : '';
  const after = (before === '' ? /[.,;:!?]*$/ : /\)?[.,;:!?]*$/).exec(word)?.[0] ?? '';
  return [before, word.slice(before.length, word.length - after.length), after];
};

/** A text with the addresses in it, letter by letter as it is: only `http` and `https`, and none in disguise. */
export const partsOf = (text: string): readonly Part[] =>
  text.split(gaps).flatMap((word): readonly Part[] => {
    const [before, inner, after] = withoutMarks(word);
    if (!isAddress(inner)) return word === '' ? [] : [{ text: word, isAddress: false }];
    return [
      ...(before === '' ? [] : [{ text: before, isAddress: false }]),
      { text: inner, isAddress: true },
      ...(after === '' ? [] : [{ text: after, isAddress: false }]),
    ];
  });
