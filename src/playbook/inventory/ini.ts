import { nearest } from '#core/nearest.ts';
import { join, t } from '#core/text.ts';
import type { Faults } from '../faults.ts';
import type { Position } from '../tree.ts';
import { splitWords } from '../words/split.ts';
import { addChild, addHost, type Graph, groupNamed, setGroupVariable, setVariable } from './graph.ts';
import { readLiteral } from './literal.ts';
import { expandHosts } from './ranges.ts';

const kinds = ['hosts', 'children', 'vars'] as const;
type Kind = (typeof kinds)[number];

const isKind = (word: string): word is Kind => kinds.some((kind) => kind === word);

interface Section {
  readonly group: string;
  readonly kind: Kind;
}

interface Reading {
  readonly graph: Graph;
  readonly faults: Faults;
  /** Groups that a section declares, in this file. */
  readonly declared: Set<string>;
  /** Groups named as children or by a vars section before, or without, being declared. */
  readonly used: { readonly name: string; readonly section: Section; readonly at: Position }[];
}

const sectionPattern = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;

const readSection = (reading: Reading, line: string, at: Position): Section | undefined => {
  const [, group, kind = 'hosts'] = sectionPattern.exec(line) ?? [];
  if (group === undefined) {
    reading.faults.add(
      at,
      t(`“${line}” is not a section: no spaces in it`, `« ${line} » n’est pas une section : pas d’espaces`),
    );
    return undefined;
  }
  if (!isKind(kind)) {
    const [near] = nearest(kind, kinds);
    const meant = near ? t(`: did you mean [${group}:${near}]?`, ` : vouliez-vous dire [${group}:${near}] ?`) : '';
    const say = t(
      `section [${group}:${kind}]: only hosts, children and vars exist`,
      `section [${group}:${kind}] : seuls hosts, children et vars existent`,
    );
    reading.faults.add(at, join([say, meant]));
    return undefined;
  }
  const section: Section = { group, kind };
  if (kind === 'vars') reading.used.push({ name: group, section, at });
  else reading.declared.add(group);
  groupNamed(reading.graph, group);
  return section;
};

const readHosts = (reading: Reading, line: string, group: string, at: Position): void => {
  const [pattern, ...assignments] = splitWords(line, { comments: true }) ?? [];
  const hosts = pattern === undefined ? undefined : expandHosts(pattern);
  if (hosts === undefined) {
    reading.faults.add(
      at,
      t(
        `“${pattern ?? line}” is not a host name or range`,
        `« ${pattern ?? line} » n’est pas un nom d’hôte ni une plage`,
      ),
    );
    return;
  }
  const wrong = assignments.find((word) => word.indexOf('=') < 1);
  if (wrong !== undefined) {
    reading.faults.add(
      at,
      t(`expected key=value behind the host, not “${wrong}”`, `clé=valeur attendu après l’hôte, pas « ${wrong} »`),
    );
    return;
  }
  for (const name of hosts.names) {
    const host = addHost(reading.graph, name, group, at);
    if (hosts.port !== undefined) setVariable(host.vars, 'ansible_port', { value: hosts.port, at });
    for (const word of assignments) {
      const equals = word.indexOf('=');
      setVariable(host.vars, word.slice(0, equals), { value: readLiteral(word.slice(equals + 1)), at });
    }
  }
};

const readVariable = (reading: Reading, line: string, group: string, at: Position): void => {
  const [, key, value] = /^([^=]*?)\s*=\s*([\s\S]*)$/.exec(line) ?? [];
  if (key === undefined || key === '' || value === undefined) {
    reading.faults.add(at, t(`expected key=value, not “${line}”`, `clé=valeur attendu, pas « ${line} »`));
    return;
  }
  setGroupVariable(groupNamed(reading.graph, group), key, { value: readLiteral(value), at });
};

const readChild = (reading: Reading, line: string, section: Section, at: Position): void => {
  const [, child] = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line) ?? [];
  if (child === undefined) {
    reading.faults.add(at, t(`expected the name of a group, not “${line}”`, `nom de groupe attendu, pas « ${line} »`));
    return;
  }
  reading.used.push({ name: child, section, at });
  if (addChild(reading.graph, section.group, child)) return;
  reading.faults.add(
    at,
    t(`group “${child}” would be inside itself`, `le groupe « ${child} » serait à l’intérieur de lui-même`),
  );
};

const readLine = (reading: Reading, line: string, section: Section, at: Position): void => {
  if (section.kind === 'hosts') readHosts(reading, line, section.group, at);
  else if (section.kind === 'vars') readVariable(reading, line, section.group, at);
  else readChild(reading, line, section, at);
};

const checkUsed = (reading: Reading, known: ReadonlySet<string>): void => {
  for (const { name, section, at } of reading.used) {
    if (reading.declared.has(name) || known.has(name)) continue;
    reading.faults.add(
      at,
      t(
        `[${section.group}:${section.kind}] names the group “${name}”, which is not defined`,
        `[${section.group}:${section.kind}] nomme le groupe « ${name} », qui n’est pas défini`,
      ),
    );
  }
};

/** Adds what an INI inventory says to the graph. Faults are noted. */
export const readIni = (source: string, file: string, graph: Graph, faults: Faults): void => {
  const known = new Set(graph.groups.keys());
  const reading: Reading = { graph, faults, declared: new Set(), used: [] };
  let section: Section | undefined = { group: 'ungrouped', kind: 'hosts' };
  for (const [index, written] of source.split(/\r?\n/).entries()) {
    const line = written.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const at = { file, line: index + 1, column: written.indexOf(line) + 1 };
    if (line.startsWith('[') && (sectionPattern.test(line) || line.endsWith(']')))
      section = readSection(reading, line, at);
    else if (section !== undefined) readLine(reading, line, section, at);
  }
  checkUsed(reading, known);
};
