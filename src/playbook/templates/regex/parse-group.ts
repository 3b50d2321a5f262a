import type { Flags, Node } from './ast.ts';
import { fixedWidth, type Groups, parseOptions, withFlags } from './parse.ts';
import { backReference } from './parse-escape.ts';
import type { PatternReader } from './reader.ts';

const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;

function close(reader: PatternReader): void {
  if (!reader.skip(')')) throw reader.fault("')' is missing", '« ) » manque');
}

function capture(reader: PatternReader, flags: Flags, groups: Groups, name?: string): Node {
  if (name !== undefined && groups.names.has(name))
    throw reader.fault(`the group '${name}' is there twice`, `le groupe « ${name} » est là deux fois`);
  const index = groups.open(name);
  const body = parseOptions(reader, flags, groups);
  close(reader);
  groups.closed.add(index);
  return { kind: 'group', index, body };
}

function inner(reader: PatternReader, flags: Flags, groups: Groups): Node {
  const body = parseOptions(reader, flags, groups);
  close(reader);
  return body;
}

/** Anything that begins with a parenthesis, after it. Undefined for comments. */
export function parseGroup(reader: PatternReader, flags: Flags, groups: Groups): Node | undefined {
  if (!reader.skip('?')) return capture(reader, flags, groups);
  if (reader.skip(':')) return inner(reader, flags, groups);
  if (reader.skip('>')) return { kind: 'atomic', body: inner(reader, flags, groups) };
  if (reader.skip('#')) return comment(reader);
  if (reader.skip('P')) return named(reader, flags, groups);
  if (reader.skip('(')) return conditional(reader, flags, groups);
  if (reader.skip('=')) return { kind: 'look', body: inner(reader, flags, groups), behind: false, negative: false };
  if (reader.skip('!')) return { kind: 'look', body: inner(reader, flags, groups), behind: false, negative: true };
  if (reader.skip('<')) return behind(reader, flags, groups);
  return flagged(reader, flags, groups);
}

function comment(reader: PatternReader): undefined {
  while (reader.peek !== ')') reader.take();
  close(reader);
}

function behind(reader: PatternReader, flags: Flags, groups: Groups): Node {
  const negative = reader.skip('!');
  if (!negative && !reader.skip('=')) throw reader.fault("'(?<' needs '=' or '!'", '« (?< » attend « = » ou « ! »');
  return { kind: 'look', body: fixedWidth(reader, inner(reader, flags, groups)), behind: true, negative };
}

function groupName(reader: PatternReader): string {
  const name = reader.match(NAME);
  if (name === undefined) throw reader.fault('a group name is missing', 'il manque un nom de groupe');
  return name;
}

function named(reader: PatternReader, flags: Flags, groups: Groups): Node {
  if (reader.skip('<')) {
    const name = groupName(reader);
    if (!reader.skip('>')) throw reader.fault("'>' is missing", '« > » manque');
    return capture(reader, flags, groups, name);
  }
  if (!reader.skip('=')) throw reader.fault("'(?P' needs '<' or '='", '« (?P » attend « < » ou « = »');
  const index = groups.names.get(groupName(reader)) ?? 0;
  close(reader);
  return backReference(reader, flags, groups, index);
}

function conditional(reader: PatternReader, flags: Flags, groups: Groups): Node {
  const number = reader.match(/\d+/y);
  const index = number === undefined ? (groups.names.get(groupName(reader)) ?? 0) : Number(number);
  close(reader);
  if (index < 1 || index > groups.count) throw reader.fault('no such group', 'pas de tel groupe');
  const body = inner(reader, flags, groups);
  const empty: Node = { kind: 'sequence', parts: [] };
  if (body.kind !== 'either') return { kind: 'if-group', index, yes: body, no: empty };
  const [yes = empty, no = empty, ...more] = body.options;
  if (more.length > 0) throw reader.fault('more than two branches', 'plus de deux branches');
  return { kind: 'if-group', index, yes, no };
}

function flagged(reader: PatternReader, flags: Flags, groups: Groups): Node {
  const on = reader.match(/[a-zA-Z]+/y) ?? '';
  const off = reader.skip('-') ? (reader.match(/[a-zA-Z]+/y) ?? '') : '';
  if (!reader.skip(':') || on + off === '')
    throw reader.fault("unknown extension after '(?'", 'extension inconnue après « (? »');
  return inner(reader, withFlags(reader, withFlags(reader, flags, on, true), off, false), groups);
}
