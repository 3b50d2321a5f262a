// Marks that nobody sees, or that turn what stands beside them: direction, zero width, fillers, control characters, and
// ends of lines that are none to most who show them.
const unseen =
  /(?!\n)(?:[\p{C}\u2028\u2029\u2800\u3164\uffa0\u115f\u1160]|(?![\ufe0f\u200d])\p{Default_Ignorable_Code_Point})/gu;

/** Somebody else's text as it really is: what nobody would see of it stands there as a mark. Joined emoji stay whole. */
export const visible = (text: string): string => text.replace(unseen, (mark) => (mark === '\u200d' ? mark : '\ufffd'));
