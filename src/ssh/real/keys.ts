import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { Fault, type Refusal } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { SshTarget } from '#core/ssh.ts';
import { type Text, t } from '#core/text.ts';
import * as faults from '../faults.ts';

/** A private key ready to use. */
export interface UserKey {
  readonly path: string;
  readonly content: Buffer;
}

/** The keys that can be offered, and why others cannot. */
export interface LoadedKeys {
  readonly keys: readonly UserKey[];
  readonly leftOut: readonly Refusal[];
}

/** Reads the target's private keys. Throws `ssh.key` when none can be used and there is no agent to ask. */
export async function loadKeys(at: SshTarget, agent: boolean, log: Log): Promise<LoadedKeys> {
  const read = await Promise.all(at.identityFiles.map(readKey));
  const keys = read.filter((one): one is UserKey => !(one instanceof Fault));
  const problems = read.filter((one) => one instanceof Fault);
  for (const problem of problems)
    log.warn({ host: at.name, code: problem.code, path: problem.refusal.details?.path }, 'a key is left out');
  // As in OpenSSH, of several keys some may not be there: the usual ones are asked for by their names.
  const told = read.length === 1 ? problems : problems.filter((one) => !isAbsent(one));
  if (keys.length === 0 && !agent && problems.length > 0) throw told[0] ?? faults.noKey(at.identityFiles);
  return { keys, leftOut: told.map(({ refusal }) => refusal) };
}

const isAbsent = ({ refusal }: Fault): boolean => refusal.details?.why === 'absent';

/** Why a private key file cannot be used: it is not there (`absent`), not open to us (`unreadable`), `locked`, or `strange`. */
export type KeyProblem = 'absent' | 'unreadable' | 'locked' | 'strange';

/** What is wrong with a private key file; undefined when it can be used. */
export async function problemOfKey(path: string): Promise<{ why: KeyProblem; say: Text; next: Text } | undefined> {
  const read = await readKey(path);
  if (!(read instanceof Fault)) return undefined;
  const { say, next = '', details } = read.refusal;
  return { why: details?.why as KeyProblem, say, next };
}

async function readKey(path: string): Promise<UserKey | Fault> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'unreadable';
    return faults.badKey(
      { path, why },
      why === 'absent'
        ? t('there is no such file', 'il n’y a pas de tel fichier')
        : t('it cannot be read', 'elle ne peut pas être lue'),
      t(
        'Check its path and rights, or `ssh.identityFiles` in the configuration.',
        'Vérifiez son chemin et ses droits, ou `ssh.identityFiles` dans la configuration.',
      ),
      cause,
    );
  }
  if (isEncrypted(content.toString('latin1')))
    return faults.badKey(
      { path, why: 'locked' },
      t('it is protected by a passphrase', 'elle est protégée par une phrase secrète'),
      t(
        'Load it into an SSH agent, or give the bot a key without a passphrase.',
        'Chargez-la dans un agent SSH, ou donnez au bot une clé sans phrase secrète.',
      ),
    );
  const key = ssh2.utils.parseKey(content);
  if (key instanceof Error || !key.isPrivateKey())
    return faults.badKey(
      { path, why: 'strange' },
      t('it is not a private key of a known kind', 'ce n’est pas une clé privée d’un genre connu'),
      t('Make one with: ssh-keygen -t ed25519', 'Créez-en une avec : ssh-keygen -t ed25519'),
      key instanceof Error ? key : undefined,
    );
  return { path, content };
}

/** True for a private key file that needs a passphrase, in OpenSSH's or in PEM's format. */
export function isEncrypted(text: string): boolean {
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----/m.test(text) || /^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.length < magic.length + 4) return false;
  const length = bytes.readUInt32BE(magic.length);
  return bytes.toString('latin1', magic.length + 4, magic.length + 4 + length) !== 'none';
}
