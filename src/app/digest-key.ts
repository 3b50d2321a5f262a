import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';

const shape = /^[0-9a-f]{64}$/;

/** The key under which plans hold what nobody may see; made on first use, readable by this account alone. */
export async function openDigestKey(path: string): Promise<string> {
  const key = (await readOrUndefined(path)) ?? (await make(path));
  if (shape.test(key)) return key;
  throw new Fault({
    code: 'data.digest_key',
    say: t(`The file ${path} is damaged.`, `Le fichier ${path} est abîmé.`),
    next: t(
      'Remove it: plans that still wait must then be made again.',
      'Supprimez-le : les plans encore en attente devront être refaits.',
    ),
  });
}

const readOrUndefined = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw cause;
    },
  );

/** Whole or not at all: a crash leaves no half a key. */
async function make(path: string): Promise<string> {
  const fresh = `${path}.${process.pid}`;
  const key = randomBytes(32).toString('hex');
  await writeFile(fresh, `${key}\n`, { mode: 0o600 });
  await rename(fresh, path);
  return key;
}
