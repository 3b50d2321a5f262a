const bytes = { kB: 1e3, MB: 1e6, GB: 1e9 } as const;

/** `500 MB`, `2 GB` in bytes; undefined for anything else. */
export function sizeBytes(text: string): number | undefined {
  const match = /^(\d{1,6})\s?(kB|MB|GB)$/.exec(text);
  const unit = match?.[2] as keyof typeof bytes | undefined; // the expression admits these three only
  return unit === undefined ? undefined : Number(match?.[1]) * bytes[unit];
}
