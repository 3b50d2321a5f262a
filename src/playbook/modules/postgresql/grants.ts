import type { Json, JsonObject } from '#core/json.ts';
import type { FoundDifference } from '../module.ts';
import { wrong } from '../state/wrong.ts';
import { rowsIn } from './client.ts';
import { postgresName, postgresText } from './quote.ts';

/** Rights on one table, or on the database. */
export interface Grant {
  readonly kind: 'DATABASE' | 'TABLE';
  readonly name: string;
  readonly rights: readonly string[];
}

const rightsOf = {
  TABLE: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'],
  DATABASE: ['CREATE', 'CONNECT', 'TEMPORARY'],
} as const;

const readRights = (kind: Grant['kind'], text: string): readonly string[] => {
  const all: readonly string[] = rightsOf[kind];
  const named = text
    .split(',')
    .map((one) => one.trim().toUpperCase())
    .filter((one) => one !== '')
    .map((one) => (one === 'TEMP' ? 'TEMPORARY' : one));
  const strange = named.find((one) => one !== 'ALL' && !all.includes(one));
  if (strange === undefined && named.length > 0)
    return named.includes('ALL') ? all : all.filter((one) => named.includes(one));
  throw wrong(
    `postgresql_user: priv: “${strange ?? text}” is none of ALL, ${all.join(', ')}.`,
    `postgresql_user : priv : « ${strange ?? text} » n’est pas parmi ALL, ${all.join(', ')}.`,
  );
};

/** Reads `priv`: `CONNECT/products:ALL`, rights on the database and on tables. */
export const grantsOf = (priv: Json | undefined, database: string): readonly Grant[] => {
  if (typeof priv !== 'string' || priv.trim() === '') return [];
  if (database === '')
    throw wrong('postgresql_user: priv needs a database (db).', 'postgresql_user : priv demande une base (db).');
  return priv.split('/').map((part): Grant => {
    const at = part.indexOf(':');
    if (at === -1) return { kind: 'DATABASE', name: database, rights: readRights('DATABASE', part) };
    return { kind: 'TABLE', name: part.slice(0, at).trim(), rights: readRights('TABLE', part.slice(at + 1)) };
  });
};

const tableOf = (name: string): readonly [string, string] => {
  const dot = name.indexOf('.');
  return dot === -1 ? ['public', name] : [name.slice(0, dot), name.slice(dot + 1)];
};

const sourceOf = ({ kind, name }: Grant): string => {
  if (kind === 'DATABASE') return `SELECT datacl AS list FROM pg_database WHERE datname = ${postgresText(name)}`;
  const [schema, table] = tableOf(name);
  return `SELECT COALESCE(c.relacl, acldefault('r', c.relowner)) AS list FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${postgresText(schema)} AND c.relname = ${postgresText(table)}`;
};

/** Asks which of these rights, and which groups, the role has; and which groups there are. */
export const grantsQuestion = (role: string, grants: readonly Grant[], groups: readonly string[]): string =>
  [
    ...grants.map(
      (grant, index) => `SELECT json_build_object('grant', ${index}, 'right', a.privilege_type)
FROM (${sourceOf(grant)}) AS s, aclexplode(s.list) AS a JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = ${postgresText(role)};`,
    ),
    ...groups.map(
      (
        group,
      ) => `SELECT json_build_object('group', rolname, 'member', EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles u ON u.oid = m.member
  WHERE m.roleid = g.oid AND u.rolname = ${postgresText(role)})) FROM pg_roles g WHERE g.rolname = ${postgresText(group)};`,
    ),
  ].join('\n');

/** What the server answered. */
export interface Held {
  readonly rights: readonly (readonly string[])[];
  /** The groups that are there: whether the role is a member. */
  readonly groups: ReadonlyMap<string, boolean>;
}

/** Reads that answer. */
export const readHeld = (text: string, grants: readonly Grant[]): Held => {
  const rows = rowsIn(text);
  return {
    rights: grants.map((_grant, index) => rows.filter((row) => row.grant === index).map((row) => String(row.right))),
    groups: new Map(
      rows.flatMap((row: JsonObject) => (row.group === undefined ? [] : [[String(row.group), row.member === true]])),
    ),
  };
};

/** A difference and the statement that makes it. */
export interface GrantStep {
  readonly difference: FoundDifference;
  readonly statement: string;
}

const objectOf = ({ kind, name }: Grant): string =>
  kind === 'DATABASE' || !name.includes('.')
    ? `${kind} ${postgresName(name)}`
    : `${kind} ${tableOf(name).map(postgresName).join('.')}`;

const shown = (rights: readonly string[]): string => (rights.length === 0 ? 'nothing' : rights.join(', '));

/** Gives rights the role lacks, or takes those it has; the groups are only given. */
export const grantSteps = (
  role: string,
  {
    grants,
    groups,
    takes,
  }: { readonly grants: readonly Grant[]; readonly groups: readonly string[]; readonly takes: boolean },
  held: Held,
): readonly GrantStep[] => {
  const [subject, whom] = [`role ${role}`, postgresName(role)];
  const rights = grants.flatMap((grant, index): readonly GrantStep[] => {
    const has = held.rights[index] ?? [];
    const touched = grant.rights.filter((one) => has.includes(one) === takes);
    if (touched.length === 0) return [];
    const after = takes ? has.filter((one) => !grant.rights.includes(one)) : [...new Set([...has, ...grant.rights])];
    const verb = takes ? 'REVOKE' : 'GRANT';
    return [
      {
        difference: {
          subject,
          aspect: `privileges on ${grant.kind.toLowerCase()} ${grant.name}`,
          before: shown(has),
          after: shown(after),
        },
        statement: `${verb} ${grant.rights.join(', ')} ON ${objectOf(grant)} ${takes ? 'FROM' : 'TO'} ${whom};`,
      },
    ];
  });
  const joins = takes ? [] : groups.filter((group) => held.groups.get(group) !== true);
  return [
    ...rights,
    ...joins.map((group) => ({
      difference: { subject, aspect: `group ${group}`, before: 'absent', after: 'member' },
      statement: `GRANT ${postgresName(group)} TO ${whom};`,
    })),
  ];
};
