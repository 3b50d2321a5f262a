import type { Json, JsonObject } from '#core/json.ts';
import { counted } from './sql.ts';

/** Rows as the client printed them: names and texts; null is no text. */
interface ResultSet {
  readonly statement: string;
  readonly rows: (readonly [string, string | null])[][];
}

/** What one query came to. */
export interface Answer {
  readonly rows: readonly JsonObject[];
  readonly count: number;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const decode = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot);/g, (_all, name: string) => entities[name] ?? '');

const tag = /<resultset statement="([^"]*)"|<(row)>|<field name="([^"]*)"(?: xsi:nil="true" \/>|>([^<]*)<\/field>)/g;

const resultSets = (xml: string): readonly ResultSet[] => {
  const sets: ResultSet[] = [];
  for (const [, statement, row, name, value] of xml.matchAll(tag)) {
    if (statement !== undefined) sets.push({ statement: decode(statement).trim(), rows: [] });
    else if (row !== undefined) sets.at(-1)?.rows.push([]);
    else if (name !== undefined)
      sets
        .at(-1)
        ?.rows.at(-1)
        ?.push([decode(name), value === undefined ? null : decode(value)]);
  }
  return sets;
};

const whole = /^(?:TINY|SHORT|INT24|LONG|LONGLONG|YEAR)$/;
const broken = /^(?:DECIMAL|NEWDECIMAL|FLOAT|DOUBLE)$/;

/* As Ansible writes times: with a T, and a fraction of six digits or none. */
const timeOf = (text: string): string => {
  const [, date, time, fraction = ''] = /^(?!0000)(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(text) ?? [];
  if (date === undefined) return text;
  return /[1-9]/.test(fraction) ? `${date}T${time}.${fraction.padEnd(6, '0')}` : `${date}T${time}`;
};

const cellOf = (text: string | null, type = ''): Json => {
  if (text === null) return null;
  const number = Number(text);
  if (whole.test(type)) return Number.isSafeInteger(number) ? number : text;
  if (broken.test(type)) return Number.isFinite(number) ? number : text;
  return /^(?:DATETIME|TIMESTAMP)/.test(type) ? timeOf(text) : text;
};

/* Two columns of one name: the later one gets its place, or it would be lost. */
const rowOf = (fields: ResultSet['rows'][number], types: readonly string[]): JsonObject => {
  const row: Record<string, Json> = {};
  fields.forEach(([name, text], index) => {
    row[Object.hasOwn(row, name) ? `${name}.${index + 1}` : name] = cellOf(text, types[index]);
  });
  return row;
};

/** Reads what the client printed: nothing when it never reached the server, else what each query that ended came to. */
export const readAnswers = (
  xml: string,
  types: (query: number) => readonly string[],
): readonly Answer[] | undefined => {
  const answers: Answer[] = [];
  let begun = false;
  let first: ResultSet | undefined;
  for (const set of resultSets(xml)) {
    if (set.statement !== counted) first ??= set;
    else {
      const known = types(answers.length);
      const rows = (first?.rows ?? []).map((fields) => rowOf(fields, known));
      const count = first === undefined ? Math.max(0, Number(set.rows[0]?.[0]?.[1] ?? 0)) : rows.length;
      if (begun) answers.push({ rows, count });
      begun = true;
      first = undefined;
    }
  }
  return begun ? answers : undefined;
};
