/** The options of a section by name, in the order of the file. */
export type Section = ReadonlyMap<string, string>;

/** A file of repositories as Python's `RawConfigParser` reads it; texts are bytes. */
export type Sections = ReadonlyMap<string, Section>;

/** What yum’s file cannot be read for: the number of the line. */
export interface Unreadable {
  readonly line: number;
}

interface Reading {
  readonly sections: Map<string, Map<string, string[]>>;
  section: Map<string, string[]> | undefined;
  /** The value that a deeper line goes on with. */
  value: string[] | undefined;
  indent: number;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Reads one line; false for one that is none. */
function readLine(reading: Reading, line: string): boolean {
  const text = line.trim();
  if (/^[#;]/.test(text)) return true;
  if (text === '') {
    reading.value?.push('');
    return true;
  }
  if (reading.value && indentOf(line) > reading.indent) {
    reading.value.push(text);
    return true;
  }
  reading.indent = indentOf(line);
  const [, name] = /^\[(.+)\]/.exec(text) ?? [];
  return name === undefined ? readOption(reading, text) : readSection(reading, name);
}

function readSection(reading: Reading, name: string): boolean {
  if (reading.sections.has(name)) return false;
  reading.section = new Map();
  reading.value = undefined;
  reading.sections.set(name, reading.section);
  return true;
}

function readOption(reading: Reading, text: string): boolean {
  const at = text.search(/[=:]/);
  const name = text.slice(0, Math.max(at, 0)).trim().toLowerCase();
  if (name === '' || reading.section === undefined || reading.section.has(name)) return false;
  reading.value = [text.slice(at + 1).trim()];
  reading.section.set(name, reading.value);
  return true;
}

/** Reads a file. */
export function readSections(text: string): Sections | Unreadable {
  const reading: Reading = { sections: new Map(), section: undefined, value: undefined, indent: 0 };
  for (const [index, line] of text.split(/\r?\n/).entries()) if (!readLine(reading, line)) return { line: index + 1 };
  return new Map(
    [...reading.sections].map(([name, options]) => [
      name,
      new Map([...options].map(([option, lines]) => [option, lines.join('\n').trimEnd()])),
    ]),
  );
}

/** Writes it as Python does: what was a comment is gone. */
export const writeSections = (sections: Sections): string =>
  [...sections]
    .map(([name, options]) => {
      const lines = [...options].map(([option, value]) => `${option} = ${value.replaceAll('\n', '\n\t')}\n`);
      return `[${name}]\n${lines.join('')}\n`;
    })
    .join('');

/** True where two sections say the same, in whatever order. */
export const sameSection = (one: Section | undefined, other: Section): boolean =>
  one?.size === other.size && [...other].every(([name, value]) => one.get(name) === value);
