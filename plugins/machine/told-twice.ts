import type { LogLine } from '#kit';

/** How a syslog file begins a line: time and host; and what it adds to those of the kernel. */
const head = /^(?:<\d+>)?(?:[A-Z][a-z]{2}\s+\d+ [\d:]{8}|\d{4}-\d{2}-\d{2}T\S+)\s+\S+\s+/;
const kernelTime = /^kernel: \[\s*[\d.]+\] ?/;

const bare = (line: string): string => line.replace(head, '').replace(kernelTime, 'kernel: ').trim();

/** A file of syslog tells whole seconds, and those of its writer. */
const apartMs = 2_000;

/**
 * What a syslog file tells beside the journal: where both are kept, syslog writes down what it had from the journal, and
 * an error would be counted twice.
 */
export function notInJournal(lines: readonly LogLine[], journal: readonly LogLine[]): readonly LogLine[] {
  const told = new Map<string, number[]>();
  for (const { line, at } of journal) told.set(bare(line), [...(told.get(bare(line)) ?? []), at]);
  return lines.filter(({ line, at }) => {
    const times = told.get(bare(line)) ?? [];
    const place = times.findIndex((one) => Math.abs(one - at) <= apartMs);
    if (place >= 0) times.splice(place, 1);
    return place < 0;
  });
}
