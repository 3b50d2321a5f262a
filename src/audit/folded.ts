// Marks that nobody sees. Blanks are none of them, though some are control characters.
const unseen = /\ufeff|(?![\s\u0085])[\p{C}\p{Default_Ignorable_Code_Point}]/gu;
const blanks = /[\s\u0085]+/g;
const dashes = /[-—–\u2010\u2011\u2212]+/g;
// A backslash keeps a quote as it is, inside of quotes.
const quotes = /["'“”„«»‘’‚\\]/g;

/**
 * A text without what may be taken from it or changed before it is shown: unseen marks, the kind of a blank or a dash,
 * quotes, capitals, how accents are written. Two texts that may come to the same on a card are the same here.
 */
export const folded = (text: string): string =>
  text
    .replace(unseen, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(dashes, '-')
    .replace(quotes, '')
    .replace(blanks, ' ')
    .normalize('NFC');
