import type { FoundDifference } from '../module.ts';

/** One package that would come, go or become another version. */
export interface PackageChange {
  readonly name: string;
  /** The version now; absent when it is not installed. */
  readonly before?: string;
  /** The version to be; absent when it goes. */
  readonly after?: string;
}

const line = /^(Inst|Remv|Purg) (\S+)(?: \[([^\]]*)\])?(?: \((\S+)[^)]*\))?/;

/** What `apt-get -s` says it would do. */
export const readSimulation = (text: string): readonly PackageChange[] => {
  const found = new Map<string, PackageChange>();
  for (const one of text.split('\n')) {
    const [, verb, name = '', before, after] = line.exec(one) ?? [];
    if (verb === undefined) continue;
    const was = before === undefined || before === '' ? {} : { before };
    if (verb === 'Inst') found.set(name, { name, ...was, ...(after !== undefined && { after }) });
    else if (!found.has(name)) found.set(name, { name, ...was });
  }
  return [...found.values()];
};

/** How a package is called in a plan. */
export const packageSubject = (name: string): string => `package ${name}`;

/** Each package's change as a difference. */
export const packageDifferences = (changes: readonly PackageChange[]): readonly FoundDifference[] =>
  changes.map(({ name, before, after }) => ({
    subject: packageSubject(name),
    aspect: 'version',
    before: before ?? (after === undefined ? 'configuration files' : 'absent'),
    after: after ?? 'absent',
  }));
