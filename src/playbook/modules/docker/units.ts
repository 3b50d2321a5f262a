import { wrong } from '../state/wrong.ts';

const powers = ['B', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

/** `64m`, `1.5GiB`, `1024` in bytes, as Ansible reads sizes. */
export const bytesOf = (name: string, value: string): number => {
  const [, number, unit = 'B'] = /^\s*(\d+(?:\.\d*)?)\s*([BKMGTPEZY])?i?B?\s*$/i.exec(value) ?? [];
  if (number !== undefined) return Math.round(Number(number) * 1024 ** powers.indexOf(unit.toUpperCase()));
  throw wrong(
    `${name}: “${value}” is not a size like 512M.`,
    `${name} : « ${value} » n’est pas une taille comme 512M.`,
  );
};

const seconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6 };

/** `1m30s` in nanoseconds, as Docker keeps times. */
export const nanosecondsOf = (name: string, value: string): number => {
  const parts = [...value.trim().matchAll(/(\d+)(ms|us|h|m|s)/g)];
  if (parts.length > 0 && parts.map(([whole]) => whole).join('') === value.trim())
    return Math.round(
      parts.reduce((sum, [, number, unit = 's']) => sum + Number(number) * (seconds[unit] ?? 1), 0) * 1e9,
    );
  throw wrong(
    `${name}: “${value}” is not a time like 1m30s.`,
    `${name} : « ${value} » n’est pas une durée comme 1m30s.`,
  );
};
