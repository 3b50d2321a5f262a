const seconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90s`, `15m`, `2h`, `1d` in seconds; undefined for anything else. */
export function durationSeconds(text: string): number | undefined {
  const match = /^(\d{1,6})\s?([smhd])$/.exec(text);
  const unit = match?.[2] as keyof typeof seconds | undefined; // the expression admits these four letters only
  return unit === undefined ? undefined : Number(match?.[1]) * seconds[unit];
}
