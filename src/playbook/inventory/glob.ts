interface Piece {
  readonly star: boolean;
  matches(char: string): boolean;
}

const any: Piece = { star: false, matches: () => true };
const star: Piece = { star: true, matches: () => true };
const literal = (wanted: string): Piece => ({ star: false, matches: (char) => char === wanted });

const inClass = (body: string, char: string): boolean => {
  for (let i = 0; i < body.length; i += 1) {
    const [from = '', dash, to] = [body[i], body[i + 1], body[i + 2]];
    if (dash === '-' && to !== undefined) {
      if (from <= char && char <= to) return true;
      i += 2;
    } else if (from === char) return true;
  }
  return false;
};

const charClass = (inside: string): Piece => {
  const negated = inside.startsWith('!');
  const body = negated ? inside.slice(1) : inside;
  return { star: false, matches: (char) => inClass(body, char) !== negated };
};

const piecesOf = (glob: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  for (let i = 0; i < glob.length; i += 1) {
    const char = glob[i] ?? '';
    const close = char === '[' ? glob.indexOf(']', i + (glob[i + 1] === '!' ? 3 : 2)) : -1;
    if (close > 0) {
      pieces.push(charClass(glob.slice(i + 1, close)));
      i = close;
    } else pieces.push(char === '*' ? star : char === '?' ? any : literal(char));
  }
  return pieces;
};

/** True when the whole name fits a shell pattern (`*`, `?`, `[a-c]`, `[!a]`), in time proportional to both lengths. */
export const globMatches = (glob: string, name: string): boolean => {
  const pieces = piecesOf(glob);
  let reached = new Set([0]);
  const spread = (from: number, into: Set<number>): void => {
    into.add(from);
    if (pieces[from]?.star) spread(from + 1, into);
  };
  const start = new Set<number>();
  for (const at of reached) spread(at, start);
  reached = start;
  for (const char of name) {
    const next = new Set<number>();
    for (const at of reached) {
      const piece = pieces[at];
      if (piece?.matches(char)) spread(piece.star ? at : at + 1, next);
    }
    reached = next;
  }
  return reached.has(pieces.length);
};
