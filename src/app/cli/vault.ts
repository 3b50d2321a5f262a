import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, rmSync, type Stats } from 'node:fs';
import { chmod, chown, mkdtemp, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Fault } from '#core/errors.ts';
import { inLanguage, t } from '#core/text.ts';
import { isVault, openVault, sealVault, type VaultSecret } from '#playbook/vault.ts';
import { readArguments, unknownWord } from './arguments.ts';
import { type CliCommand, exit, type Terminal, Usage } from './terminal.ts';
import { vaultOptions, vaultSecrets } from './vault-secrets.ts';

const options = {
  ...vaultOptions,
  'encrypt-vault-id': { type: 'string' },
  'new-vault-id': { type: 'string' },
  'new-vault-password-file': { type: 'string' },
  name: { type: 'string', short: 'n' },
  'stdin-name': { type: 'string' },
  output: { type: 'string' },
} as const;

type Flags = ReturnType<typeof readArguments<typeof options>>['values'];

interface Work {
  readonly files: readonly string[];
  readonly flags: Flags;
  readonly secrets: readonly VaultSecret[];
  readonly terminal: Terminal;
}

const noPassword = (): Usage =>
  new Usage(
    t(
      'Name a password: --vault-password-file FILE or --vault-id NAME@FILE.',
      'Nommez un mot de passe : --vault-password-file FICHIER ou --vault-id NOM@FICHIER.',
    ),
  );

/** The password to seal with: the one `--encrypt-vault-id` names, or the only one there is. */
function sealingSecret({ flags, secrets }: Work): VaultSecret {
  const id = flags['encrypt-vault-id'];
  const chosen = id === undefined ? secrets : secrets.filter((secret) => secret.id === id);
  const [first, second] = chosen;
  if (first === undefined) throw noPassword();
  if (second !== undefined) {
    throw new Usage(
      t(
        'Several passwords are given: say which by --encrypt-vault-id.',
        'Plusieurs mots de passe sont donnés : dites lequel par --encrypt-vault-id.',
      ),
    );
  }
  return first;
}

const missing = (path: string): Fault =>
  new Fault({ code: 'vault.no_file', say: t(`There is no file ${path}.`, `Il n’y a pas de fichier ${path}.`) });

const readAll = async (path: string): Promise<Buffer> => {
  if (path === '-') return Buffer.from(await text(process.stdin));
  if (!existsSync(path)) throw missing(path);
  return readFile(path);
};

/** Writes a file as a whole or not at all, for its owner alone unless it was there with other rights; a link stays one. */
async function replace(named: string, content: Buffer | string): Promise<void> {
  const path = existsSync(named) ? await realpath(named) : named;
  const before = existsSync(path) ? await stat(path) : undefined;
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const file = await open(partial, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    await file.close();
    if (before) await keepOwner(partial, before);
    await chmod(partial, before ? before.mode & 0o777 : 0o600);
    await rename(partial, path);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw thrown;
  }
}

/** Only root can give a file away; whoever else may write it is its owner, or of its group. */
async function keepOwner(path: string, { uid, gid }: Pick<Stats, 'uid' | 'gid'>): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, uid, gid);
}

async function put(work: Work, path: string, content: Buffer | string, became: Became): Promise<void> {
  const target = work.flags.output ?? path;
  if (target === '-') work.terminal.out(String(content).replace(/\n$/, ''));
  else {
    await replace(target, content);
    say(work, target, became);
  }
}

/** What became of a file, to be read after its name. */
const becomes = {
  sealed: t('sealed', 'scellé'),
  opened: t('no longer sealed', 'n’est plus scellé'),
  resealed: t('sealed with the new password', 'scellé avec le nouveau mot de passe'),
  unchanged: t('not changed', 'inchangé'),
} as const;

type Became = keyof typeof becomes;

/** Beside the output, so that what is piped holds nothing but the file. */
const say = ({ terminal }: Work, path: string, became: Became): void =>
  terminal.error(`${path}: ${inLanguage(becomes[became], terminal.language)}`);

const alreadySealed = (path: string): Fault =>
  new Fault({
    code: 'vault.sealed',
    say: t(`${path} is sealed already; no file was changed.`, `${path} est déjà scellé ; aucun fichier n’a changé.`),
  });

const notSealed = (path: string): Fault =>
  new Fault({ code: 'vault.not_sealed', say: t(`${path} is not sealed.`, `${path} n’est pas scellé.`) });

const sealedText = async (path: string): Promise<string> => {
  const content = (await readAll(path)).toString('utf8');
  if (!isVault(content)) throw notSealed(path);
  return content;
};

async function encrypt(work: Work): Promise<void> {
  const secret = sealingSecret(work);
  // All are read before the first is written: what one of them is refused for leaves every file as it was.
  const contents: [string, Buffer][] = [];
  for (const path of work.files) {
    const content = await readAll(path);
    if (isVault(content.toString('utf8'))) throw alreadySealed(path);
    contents.push([path, content]);
  }
  for (const [path, content] of contents) await put(work, path, sealVault(content, secret), 'sealed');
}

async function decrypt(work: Work): Promise<void> {
  const opened: [string, Buffer][] = [];
  for (const path of work.files) opened.push([path, openVault(await sealedText(path), work.secrets)]);
  for (const [path, content] of opened) await put(work, path, content, 'opened');
}

async function view({ files, secrets, terminal }: Work): Promise<void> {
  for (const path of files)
    terminal.out(
      openVault(await sealedText(path), secrets)
        .toString('utf8')
        .replace(/\n$/, ''),
    );
}

async function rekey(work: Work): Promise<void> {
  const { flags, terminal, files, secrets } = work;
  const given = flags['new-vault-id'] ?? flags['new-vault-password-file'];
  if (given === undefined) {
    throw new Usage(
      t(
        'Name the new password: --new-vault-id NAME@FILE.',
        'Nommez le nouveau mot de passe : --new-vault-id NOM@FICHIER.',
      ),
    );
  }
  const [secret] = await vaultSecrets(
    flags['new-vault-id'] ? { 'vault-id': [given] } : { 'vault-password-file': [given] },
    terminal,
  );
  if (secret === undefined) throw noPassword();
  // All are opened before the first is written: a wrong password leaves every file as it was.
  const opened: [string, Buffer][] = [];
  for (const path of files) opened.push([path, openVault(await sealedText(path), secrets)]);
  for (const [path, content] of opened) {
    await replace(path, sealVault(content, secret));
    say(work, path, 'resealed');
  }
}

const notWritten = (folder: string, thrown: unknown): Fault =>
  new Fault(
    {
      code: 'vault.not_written',
      say: t(
        `It could not be written (${codeOf(thrown)}). What you typed is kept, unsealed and for you alone, in ${folder}.`,
        `L’écriture a échoué (${codeOf(thrown)}). Ce que vous avez tapé est gardé, en clair et pour vous seul, dans ${folder}.`,
      ),
      next: t(
        'Copy it to where it belongs, then remove that folder.',
        'Copiez-le où il faut, puis supprimez ce dossier.',
      ),
    },
    { cause: thrown },
  );

const codeOf = (thrown: unknown): string => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '?');

/** Lets a person change a text in their editor, and hands it on. Its folder goes with the work, however that ends, unless what they typed is nowhere else. */
async function inEditor(content: Buffer, terminal: Terminal, keep: (after: Buffer) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'vault-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const hangUp = (): never => process.exit(129);
  process.once('exit', remove).once('SIGHUP', hangUp);
  try {
    const after = await edited(join(folder, 'open.yml'), content, terminal);
    await keep(after).catch((thrown: unknown) => {
      process.off('exit', remove);
      throw thrown instanceof Fault ? thrown : notWritten(folder, thrown);
    });
    remove();
  } catch (thrown) {
    if (process.listeners('exit').includes(remove)) remove();
    throw thrown;
  } finally {
    process.off('exit', remove).off('SIGHUP', hangUp);
  }
}

/** Ctrl-C is the editor's while it is open: the terminal gives it to both. */
async function withoutInterrupts<T>(work: () => Promise<T>): Promise<T> {
  const others = process.listeners('SIGINT');
  const ignore = (): void => undefined;
  process.removeAllListeners('SIGINT').on('SIGINT', ignore);
  try {
    return await work();
  } finally {
    process.off('SIGINT', ignore);
    for (const one of others) process.on('SIGINT', one);
  }
}

async function edited(path: string, content: Buffer, terminal: Terminal): Promise<Buffer> {
  await writeFile(path, content, { mode: 0o600 });
  const editor = terminal.env.VISUAL ?? terminal.env.EDITOR ?? 'vi';
  const [code] = await withoutInterrupts(async () => {
    const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', path], { stdio: 'inherit' });
    return (await once(child, 'exit')) as [number | null];
  });
  if (code !== 0) {
    throw new Fault({
      code: 'vault.editor',
      say: t(
        `The editor (${editor}) ended with ${code}; nothing was changed.`,
        `L’éditeur (${editor}) a fini avec ${code} ; rien n’a changé.`,
      ),
    });
  }
  return await readFile(path);
}

async function edit(work: Work): Promise<void> {
  for (const path of work.files) {
    const sealed = await sealedText(path);
    const before = openVault(sealed, work.secrets);
    const id = /^\$ANSIBLE_VAULT;1\.2;AES256;(\S+)/.exec(sealed)?.[1] ?? 'default';
    const secret = work.secrets.find((one) => one.id === id) ?? work.secrets.find((one) => opens(sealed, one));
    await inEditor(before, work.terminal, async (after) => {
      if (after.equals(before) || secret === undefined) return say(work, path, 'unchanged');
      await replace(path, sealVault(after, secret));
      say(work, path, 'sealed');
    });
  }
}

const opens = (sealed: string, secret: VaultSecret): boolean => {
  try {
    openVault(sealed, [secret]);
    return true;
  } catch (thrown) {
    if (thrown instanceof Fault) return false;
    throw thrown;
  }
};

async function create(work: Work): Promise<void> {
  const [path] = work.files;
  const secret = sealingSecret(work);
  if (path === undefined) throw new Usage(t('Name the file to create.', 'Nommez le fichier à créer.'));
  if (existsSync(path))
    throw new Fault({
      code: 'vault.exists',
      say: t(`${path} is there already; edit it.`, `${path} existe déjà ; modifiez-le.`),
    });
  await inEditor(Buffer.alloc(0), work.terminal, async (after) => {
    await replace(path, sealVault(after, secret));
    say(work, path, 'sealed');
  });
}

/** `name: !vault |` and the sealed text, ready to be pasted into YAML. */
const asYaml = (name: string | undefined, sealed: string): string => {
  const lines = sealed
    .trimEnd()
    .split('\n')
    .map((line) => `          ${line}`);
  return `${name === undefined ? '' : `${name}: `}!vault |\n${lines.join('\n')}`;
};

async function encryptString(work: Work): Promise<void> {
  const { flags, files, terminal } = work;
  const secret = sealingSecret(work);
  const fromInput = files.length === 0 || flags['stdin-name'] !== undefined;
  const values = fromInput ? [await text(process.stdin)] : files;
  const name = flags['stdin-name'] ?? flags.name;
  for (const value of values) terminal.out(asYaml(name, sealVault(value, secret)));
}

const actions: Readonly<Record<string, (work: Work) => Promise<void>>> = {
  create,
  view,
  edit,
  encrypt,
  decrypt,
  'encrypt-string': encryptString,
  encrypt_string: encryptString,
  rekey,
};

/** `quarterdeck vault`: as `ansible-vault`, for the same files both ways. */
export const vault: CliCommand = {
  usage: t(
    'vault create|view|edit|encrypt|decrypt|encrypt-string|rekey [FILE…] [--vault-id NAME@FILE] [--vault-password-file FILE] [--new-vault-id NAME@FILE]',
    'vault create|view|edit|encrypt|decrypt|encrypt-string|rekey [FICHIER…] [--vault-id NOM@FICHIER] [--vault-password-file FICHIER] [--new-vault-id NOM@FICHIER]',
  ),
  about: t(
    'Seal and open files and values as ansible-vault does',
    'Sceller et ouvrir fichiers et valeurs comme ansible-vault',
  ),
  async run(args, terminal) {
    const { values: flags, positionals } = readArguments(args, options, Number.POSITIVE_INFINITY);
    const [name, ...files] = positionals;
    const names = Object.keys(actions).filter((one) => one !== 'encrypt_string');
    if (name === undefined)
      throw new Usage(t(`Say what to do: ${names.join(', ')}.`, `Dites quoi faire : ${names.join(', ')}.`));
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) throw unknownWord(t(`vault knows no “${name}”.`, `vault ne connaît pas « ${name} ».`), name, names);
    if (files.length === 0 && !name.startsWith('encrypt')) throw new Usage(t('Name a file.', 'Nommez un fichier.'));
    if (files.length > 1 && flags.output !== undefined && flags.output !== '-')
      throw new Usage(
        t(
          'Several files do not go into one: leave --output out.',
          'Plusieurs fichiers ne tiennent pas dans un seul : sans --output.',
        ),
      );
    const secrets = await vaultSecrets(flags, terminal);
    await action({ files: files.length === 0 && name === 'encrypt' ? ['-'] : files, flags, secrets, terminal });
    return exit.done;
  },
};
