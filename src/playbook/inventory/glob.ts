interface Piece {
  readonly star: boolean;
  matches(char: string): boolean;
}

const any: Piece = { star: false, matches: () => true };
const star: Piece = { star: true, matches: () => true };
const literal = (wanted: string): Piece => ({ star: false, matches: (char) => char === wanted });

const inClass = (body: readonly string[], char: string): boolean => {
  for (let i = 0; i < body.length; i += 1) {
    const [from = '', dash, to] = [body[i], body[i + 1], body[i + 2]];
    if (dash === '-' && to !== undefined) {
      if (from <= char && char <= to) return true;
      i += 2;
    } else if (from === char) return true;
  }
  return false;
};

const charClass = (inside: readonly string[]): Piece => {
  const negated = inside[0] === '!';
  const body = negated ? inside.slice(1) : inside;
  return { star: false, matches: (char) => inClass(body, char) !== negated };
};

/** The pattern's pieces; stars in a row are one. */
const piecesOf = (glob: string): readonly Piece[] => {
  const chars = [...glob];
  const pieces: Piece[] = [];
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i] ?? '';
    const close = char === '[' ? chars.indexOf(']', i + (chars[i + 1] === '!' ? 3 : 2)) : -1;
    if (close > 0) {
      pieces.push(charClass(chars.slice(i + 1, close)));
      i = close;
    } else if (char !== '*') pieces.push(char === '?' ? any : literal(char));
    else if (pieces.at(-1) !== star) pieces.push(star);
  }
  return pieces;
};

/** Does the whole name fit? On a misfit only the last star takes one character more, so nothing is tried twice. */
const fits = (pieces: readonly Piece[], chars: readonly string[]): boolean => {
  let [at, piece, star, starAt] = [0, 0, -1, 0];
  while (at < chars.length) {
    const wanted = pieces[piece];
    if (wanted?.star === true) [star, starAt, piece] = [piece, at, piece + 1];
    else if (wanted?.matches(chars[at] ?? '') === true) [at, piece] = [at + 1, piece + 1];
    else if (star < 0) return false;
    else [starAt, at, piece] = [starAt + 1, starAt + 1, star + 1];
  }
  return piece === pieces.length || (piece === pieces.length - 1 && pieces[piece]?.star === true);
};

/** Reads a shell pattern (`*`, `?`, `[a-c]`, `[!a]`); what it gives tells whether a whole name fits. */
export const globMatcher = (glob: string): ((name: string) => boolean) => {
  const pieces = piecesOf(glob);
  return (name) => fits(pieces, [...name]);
};

/** True when the whole name fits a shell pattern: in time proportional to both lengths multiplied, at most. */
export const globMatches = (glob: string, name: string): boolean => globMatcher(glob)(name);
