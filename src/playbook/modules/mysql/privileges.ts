import type { Json } from '#core/json.ts';
import { wrong } from '../state/wrong.ts';
import { mysqlName } from './quote.ts';

/** Privileges by what they are on: `*.*`, `` `shop`.* ``. `GRANT` is the right to pass them on. */
export type Privileges = ReadonlyMap<string, readonly string[]>;

const sideOf = (side: string): string => {
  const bare = side.trim().replace(/^`(.*)`$/s, '$1');
  return bare === '*' ? '*' : mysqlName(bare.replaceAll('``', '`'));
};

/** What privileges are on, as the server writes it. */
export const objectOf = (written: string): string => {
  const [, kind = '', rest = ''] = /^((?:FUNCTION|PROCEDURE)\s+)?(.*)$/is.exec(written.trim()) ?? [];
  const [, base, table] = /^(`(?:[^`]|``)*`|.*)\.(`(?:[^`]|``)*`|[^.]*)$/s.exec(rest) ?? [];
  if (base === undefined || table === undefined)
    throw wrong(
      `mysql_user: priv: “${written}” is not like db.table.`,
      `mysql_user : priv : « ${written} » n’est pas de la forme base.table.`,
    );
  return `${kind === '' ? '' : `${kind.trim().toUpperCase()} `}${sideOf(base)}.${sideOf(table)}`;
};

/* Letters of columns stay as they are written; they are compared without their case. */
const privilegeOf = (written: string): string => {
  const [, name = '', columns] = /^([A-Za-z_ ]+?)\s*(?:\((.*)\))?$/s.exec(written.trim()) ?? [];
  if (name === '')
    throw wrong(`mysql_user: “${written}” is not a privilege.`, `mysql_user : « ${written} » n’est pas un privilège.`);
  const upper = name.trim().toUpperCase();
  if (upper === 'ALL PRIVILEGES') return 'ALL';
  if (upper === 'GRANT OPTION' || upper === 'WITH GRANT OPTION') return 'GRANT';
  if (columns === undefined) return upper;
  const names = columns.split(',').map((one) =>
    one
      .trim()
      .replace(/^`(.*)`$/s, '$1')
      .replaceAll('``', '`'),
  );
  return `${upper} (${names.sort().map(mysqlName).join(', ')})`;
};

/** Commas between parentheses separate columns. */
const splitPrivileges = (text: string): readonly string[] =>
  text
    .split(/,(?![^(]*\))/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(privilegeOf);

const partsOf = (priv: Json): readonly (readonly [string, string])[] => {
  if (typeof priv === 'string')
    return priv
      .trim()
      .split('/')
      .filter((part) => part.trim() !== '')
      .map((part) => [part.slice(0, part.lastIndexOf(':')), part.slice(part.lastIndexOf(':') + 1)]);
  if (typeof priv === 'object' && priv !== null && !Array.isArray(priv))
    return Object.entries(priv).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]);
  throw wrong(
    'mysql_user: priv must be a text like db.*:ALL or a dictionary.',
    'mysql_user : priv doit être un texte comme db.*:ALL ou un dictionnaire.',
  );
};

/** The privileges a task names; none anywhere is `USAGE`. */
export const wantedPrivileges = (priv: Json, usage: boolean): Privileges => {
  const found = new Map<string, readonly string[]>();
  for (const [name, list] of partsOf(priv)) found.set(objectOf(name), splitPrivileges(list));
  if (usage && !found.has('*.*')) found.set('*.*', ['USAGE']);
  return found;
};

const grantLine = /^GRANT (.+) ON ((?:(?:FUNCTION|PROCEDURE) )?(?:`(?:[^`]|``)*`|\*)\.(?:`(?:[^`]|``)*`|\*)) TO (.+)$/s;

/* A newer server writes ALL on everything as the list of what it knows. */
const isAll = (list: readonly string[]): boolean =>
  ['SELECT', 'INSERT', 'SUPER', 'SHUTDOWN', 'CREATE TABLESPACE', 'CREATE ROLE', 'DROP ROLE'].every((one) =>
    list.includes(one),
  );

/** Privileges as `SHOW GRANTS` says them; roles and proxies are passed over. */
export const presentPrivileges = (lines: readonly string[]): Privileges => {
  const found = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [, list, object, rest = ''] = grantLine.exec(line) ?? [];
    if (list === undefined || object === undefined) continue;
    const named = splitPrivileges(list).filter((one) => one !== 'PROXY');
    const all = [...(found.get(object) ?? []), ...named, ...(/WITH GRANT OPTION/.test(rest) ? ['GRANT'] : [])];
    found.set(object, [...new Set(all)]);
  }
  const everywhere = found.get('*.*');
  if (everywhere !== undefined && isAll(everywhere))
    found.set('*.*', ['ALL', ...everywhere.filter((one) => one === 'GRANT')]);
  return found;
};

/** What is to be granted and revoked on one object. */
export interface PrivilegeChange {
  readonly object: string;
  readonly before: readonly string[];
  readonly grant: readonly string[];
  readonly revoke: readonly string[];
}

const lacking = (list: readonly string[], among: readonly string[]): readonly string[] => {
  const known = new Set(among.map((one) => one.toUpperCase()));
  return list.filter((one) => !known.has(one.toUpperCase()));
};

/** How present privileges become the wanted ones. Nobody takes anything from root. */
export const privilegeChanges = (
  present: Privileges,
  wanted: Privileges,
  how: 'replace' | 'append' | 'subtract',
  user: string,
): readonly PrivilegeChange[] => {
  const objects = [...new Set([...wanted.keys(), ...present.keys()])];
  return objects.flatMap((object) => {
    const [before, after] = [present.get(object) ?? [], wanted.get(object)];
    const use = (list: readonly string[]): readonly string[] => list.filter((one) => one !== 'USAGE');
    if (after === undefined)
      return how !== 'replace' || user === 'root' || use(before).length === 0
        ? []
        : [{ object, before, grant: [], revoke: use(before) }];
    if (how === 'subtract') {
      const revoke = use(before).filter((one) => lacking([one], after).length === 0);
      return revoke.length === 0 ? [] : [{ object, before, grant: [], revoke }];
    }
    const grant = use(
      before.includes('ALL')
        ? lacking(after, before).filter((one) => one === 'GRANT' || how === 'replace')
        : lacking(after, before),
    );
    const extra = how === 'append' ? [] : use(lacking(before, after));
    const revoke = grant.includes('ALL') ? extra.filter((one) => one === 'GRANT') : extra;
    return grant.length + revoke.length === 0 ? [] : [{ object, before, grant, revoke }];
  });
};

/** SQL for such a change: first what goes. */
export const privilegeSql = ({ object, grant, revoke }: PrivilegeChange, account: string): readonly string[] => {
  const plain = (list: readonly string[]): string => list.filter((one) => one !== 'GRANT').join(', ') || 'USAGE';
  const taken = revoke.filter((one) => one !== 'GRANT');
  return [
    ...(revoke.includes('GRANT') ? [`REVOKE GRANT OPTION ON ${object} FROM ${account};`] : []),
    ...(taken.length > 0 ? [`REVOKE ${taken.join(', ')} ON ${object} FROM ${account};`] : []),
    ...(grant.length > 0
      ? [`GRANT ${plain(grant)} ON ${object} TO ${account}${grant.includes('GRANT') ? ' WITH GRANT OPTION' : ''};`]
      : []),
  ];
};
