import { execFile } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { Fault } from '#core/errors.ts';
import { inLanguage, type Text, t } from '#core/text.ts';
import type { VaultSecret } from '#playbook/vault.ts';
import { type Terminal, Usage } from './terminal.ts';

/** The options by which `ansible-vault` and `ansible-playbook` take passwords. */
export const vaultOptions = {
  'vault-id': { type: 'string', multiple: true },
  'vault-password-file': { type: 'string', multiple: true },
  'ask-vault-pass': { type: 'boolean' },
} as const;

/** Those options as given. */
export interface VaultFlags {
  readonly 'vault-id'?: readonly string[] | undefined;
  readonly 'vault-password-file'?: readonly string[] | undefined;
  readonly 'ask-vault-pass'?: boolean | undefined;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** A password from a file, or what a program prints. One line; the end of the line is no part of it. */
async function passwordFrom(path: string): Promise<string> {
  const file = resolve(path);
  try {
    const text = (await isExecutable(file)) ? (await promisify(execFile)(file)).stdout : await readFile(file, 'utf8');
    const password = text.replace(/\r?\n$/, '').trim();
    if (password !== '') return password;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown);
    throw new Fault({
      code: 'vault.password_file',
      say: t(
        `The vault password cannot be read from ${path}: ${why}.`,
        `Le mot de passe du coffre ne peut être lu dans ${path} : ${why}.`,
      ),
    });
  }
  throw new Fault({
    code: 'vault.password_file',
    say: t(`The vault password file ${path} is empty.`, `Le fichier du mot de passe du coffre ${path} est vide.`),
  });
}

/** Asks a person for a password, which does not show while it is typed. */
export async function askPassword(question: Text, terminal: Terminal): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new Usage(
      t(
        'Nobody to ask for a password here; use --vault-password-file.',
        'Personne à qui demander un mot de passe ici ; utilisez --vault-password-file.',
      ),
    );
  }
  process.stderr.write(inLanguage(question, terminal.language));
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await lines.question('', { signal: terminal.signal });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

const asking = (id: string): Text =>
  id === 'default'
    ? t('Vault password: ', 'Mot de passe du coffre : ')
    : t(`Vault password (${id}): `, `Mot de passe du coffre (${id}) : `);

/** One `--vault-id`: `label@source`, or a source; the source is a file, a program, or `prompt`. */
async function secretOf(given: string, terminal: Terminal): Promise<VaultSecret> {
  const at = given.indexOf('@');
  const id = at > 0 ? given.slice(0, at) : 'default';
  const source = given.slice(at + 1);
  const prompt = source === 'prompt' || source === 'prompt_ask_vault_pass';
  return { id, password: prompt ? await askPassword(asking(id), terminal) : await passwordFrom(source) };
}

/** Every password the options and `ANSIBLE_VAULT_PASSWORD_FILE` name, in the order given. */
export async function vaultSecrets(flags: VaultFlags, terminal: Terminal): Promise<readonly VaultSecret[]> {
  const byDefault = terminal.env.ANSIBLE_VAULT_PASSWORD_FILE;
  const files = flags['vault-password-file'] ?? (byDefault && !flags['vault-id'] ? [byDefault] : []);
  const secrets: VaultSecret[] = [];
  for (const given of flags['vault-id'] ?? []) secrets.push(await secretOf(given, terminal));
  for (const file of files) secrets.push({ id: 'default', password: await passwordFrom(file) });
  if (flags['ask-vault-pass']) secrets.push(await secretOf('default@prompt', terminal));
  return secrets;
}
