const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** More hosts than this from one line is a slip of the keyboard. */
const maxHosts = 100_000;

/** Counts from first to last, both included; undefined when that is nothing or too much. */
const count = (first: number, last: number, step: number): readonly number[] | undefined => {
  if (step < 1 || last < first || (last - first) / step >= maxHosts) return undefined;
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
};

const numberRange = (first: string, last: string, step: number): readonly string[] | undefined => {
  const padded = first.length > 1 && first.startsWith('0');
  if (padded && first.length !== last.length) return undefined;
  return count(Number(first), Number(last), step)?.map((number) =>
    String(number).padStart(padded ? first.length : 0, '0'),
  );
};

const letterRange = (first: string, last: string, step: number): readonly string[] | undefined => {
  const [from, to] = [letters.indexOf(first), letters.indexOf(last)];
  if (from < 0 || to < 0) return undefined;
  return count(from, to, step)?.map((index) => letters[index] ?? '');
};

const readRange = (inside: string): readonly string[] | undefined => {
  const parts = inside.split(':');
  const [first = '', last = '', step = '1'] = parts;
  if (parts.length < 2 || parts.length > 3 || !/^\d+$/.test(step)) return undefined;
  if (/^\d*$/.test(first) && /^\d+$/.test(last)) return numberRange(first === '' ? '0' : first, last, Number(step));
  return letterRange(first, last, Number(step));
};

/** `web-[01:20]`, `db-[a:c]`, `n[0:8:2]`, several in a row: the names they stand for. Undefined when a range is wrong. */
export const expandRanges = (pattern: string): readonly string[] | undefined => {
  const open = pattern.indexOf('[');
  if (open < 0) return [pattern];
  const close = pattern.indexOf(']', open);
  const middle = close < 0 ? undefined : readRange(pattern.slice(open + 1, close));
  const tails = close < 0 ? undefined : expandRanges(pattern.slice(close + 1));
  if (middle === undefined || tails === undefined || middle.length * tails.length > maxHosts) return undefined;
  return middle.flatMap((part) => tails.map((tail) => pattern.slice(0, open) + part + tail));
};

/** Host names with the port that may stand behind them: `web[1:3]:2222`, `[::1]:22`. Undefined when it is no host name. */
export const expandHosts = (
  pattern: string,
): { readonly names: readonly string[]; readonly port?: number } | undefined => {
  const bracketed = /^\[([0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)\](?::(\d{1,5}))?$/.exec(pattern);
  if (bracketed?.[1] !== undefined)
    return { names: [bracketed[1]], ...(bracketed[2] && { port: Number(bracketed[2]) }) };
  if (/^[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(pattern)) return { names: [pattern] };
  const [, host = pattern, port] = /^(.*[^:]):(\d{1,5})$/.exec(pattern) ?? [];
  const names = /(?:^|[^[\d:\w-]):|:$/.test(host.replace(/\[[^\]]*\]/g, '')) ? undefined : expandRanges(host);
  const fits = names?.every((name) => /^[^\s:[\]]+$/.test(name));
  return names !== undefined && fits ? { names, ...(port !== undefined && { port: Number(port) }) } : undefined;
};
