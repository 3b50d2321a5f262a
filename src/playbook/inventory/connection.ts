import { ok, type Result, refused } from '#core/errors.ts';
import { type Text, t } from '#core/text.ts';
import { toBoolean } from '../modules/convert.ts';
import type { Position, Written } from '../tree.ts';
import { argumentNames, isLocal, notPlain, unsupported } from './connection-variables.ts';
import { readSshArguments, type SshArguments } from './ssh-arguments.ts';

/** What the inventory says about reaching a host; what it does not say is absent. */
export interface HostConnection {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly privateKeyFile?: string;
  /** No key of an agent is offered. */
  readonly identitiesOnly?: boolean;
  /** A file of host keys in place of the configured ones. */
  readonly knownHosts?: string;
  /** Jump hosts, first hop first, as written: `[user@]host[:port]`. */
  readonly jumps: readonly string[];
  readonly become?: boolean;
  readonly becomeUser?: string;
  /** It is the machine that plays (`ansible_connection=local`); false when the inventory says otherwise, undefined when it does not say. */
  readonly local?: boolean;
}

type Variables = ReadonlyMap<string, Written>;

const placeOf = ({ file, line, column }: Position) => ({ file, line, column });

const refuse = (host: string, at: Position | undefined, say: Text): Result<never> => {
  const place = at ? `${at.file}:${at.line}:${at.column}: ` : '';
  const [en, fr] = typeof say === 'string' ? [say, say] : [say.en, say.fr];
  return refused({
    code: 'inventory.connection',
    say: t(`${place}${host}: ${en}.`, `${place}${host} : ${fr}.`),
    next: t('Correct the connection variables of this host.', 'Corrigez les variables de connexion de cet hôte.'),
    ...(at && {
      details: { faults: [{ ...placeOf(at), message: { en: `${host}: ${en}.`, fr: `${host} : ${fr}.` } }] },
    }),
  });
};

/** A variable that is plain text or a number, as text. */
export const plainText = (variables: Variables, name: string): string | undefined => {
  const value = variables.get(name)?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

const first = (variables: Variables, names: readonly string[]): string | undefined => {
  for (const name of names) {
    const text = plainText(variables, name);
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
};

/** Whether a variable says that the host is the machine that plays. */
const localOf = (variables: Variables): boolean | undefined => isLocal(plainText(variables, 'ansible_connection'));

const refusedBy = (variables: Variables): readonly [string, Text] | undefined => {
  for (const [name, { value }] of variables) {
    const why = unsupported(name, value);
    if (why !== undefined) return [name, why];
  }
  return undefined;
};

const templated = (variables: Variables): string | undefined =>
  [...variables.keys()].find((name) => {
    const value = name.startsWith('ansible_') ? variables.get(name)?.value : undefined;
    return (
      typeof value === 'string' &&
      /\{\{|\{%/.test(value) &&
      /_(?:host|port|user|file|args|become|connection|method)$/.test(name)
    );
  });

/** What the arguments for `ssh` say, the later ones over the earlier; their jump hosts one after the other. */
const argumentsOf = (host: string, variables: Variables): Result<SshArguments> => {
  let all: SshArguments = {};
  for (const name of argumentNames) {
    const said = readSshArguments(plainText(variables, name) ?? '');
    if ('word' in said) {
      const say = t(
        `“${said.word}” in ${name} is not understood; for a jump host write ProxyJump`,
        `« ${said.word} » dans ${name} n’est pas compris ; pour un hôte de rebond, écrivez ProxyJump`,
      );
      return refuse(host, variables.get(name)?.at, say);
    }
    all = { ...all, ...said, jumps: [...(all.jumps ?? []), ...(said.jumps ?? [])] };
  }
  return ok(all);
};

const optional = <T>(key: string, value: T | undefined): object => (value === undefined ? {} : { [key]: value });

/** How to reach a host by its connection variables. */
export const connectionOf = (host: string, variables: Variables): Result<HostConnection> => {
  const wrong = refusedBy(variables);
  if (wrong !== undefined) return refuse(host, variables.get(wrong[0])?.at, wrong[1]);
  const template = templated(variables);
  if (template !== undefined) return refuse(host, variables.get(template)?.at, notPlain(template));
  const said = argumentsOf(host, variables);
  if (!said.ok) return said;
  const { jumps = [], user, identityFile, identitiesOnly, knownHosts } = said.value;
  const port = first(variables, ['ansible_port', 'ansible_ssh_port']) ?? said.value.port;
  if (port !== undefined && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    return refuse(
      host,
      variables.get('ansible_port')?.at,
      t(`“${port}” is not a port`, `« ${port} » n’est pas un port`),
    );
  }
  const become = variables.get('ansible_become')?.value;
  return ok({
    jumps,
    ...optional('host', first(variables, ['ansible_host', 'ansible_ssh_host'])),
    ...optional('port', port === undefined ? undefined : Number(port)),
    ...optional('user', first(variables, ['ansible_user', 'ansible_ssh_user']) ?? user),
    ...optional(
      'privateKeyFile',
      first(variables, ['ansible_private_key_file', 'ansible_ssh_private_key_file']) ?? identityFile,
    ),
    ...optional('identitiesOnly', identitiesOnly),
    ...optional('knownHosts', knownHosts),
    ...optional('become', become === undefined ? undefined : toBoolean(become)),
    ...optional('local', localOf(variables)),
    ...optional('becomeUser', first(variables, ['ansible_become_user'])),
  });
};
