import { mkdir, readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { readIfThere, writeWhole } from './files.ts';

/** Makes a key pair once; later starts find it. One that cannot be read is made anew. */
export async function ensureKey(folder: string, path: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const present = await readIfThere(path);
  if (present !== undefined && isReadable(present) && (await readIfThere(`${path}.pub`)) !== undefined) return;
  const pair = readablePair();
  await writeWhole(`${path}.pub`, `${pair.public.trim()}\n`, 0o644);
  await writeWhole(path, pair.private);
}

const isReadable = (key: string): boolean => !(ssh2.utils.parseKey(key) instanceof Error);

const mostTries = 20;

/** One key in two hundred that ssh2 makes it cannot read itself (a number in it begins with a zero byte). */
export function readablePair(make = newPair, tries = mostTries): ReturnType<typeof newPair> {
  const pair = make();
  if (isReadable(pair.private)) return pair;
  if (tries <= 1) throw new Error('no readable key could be made');
  return readablePair(make, tries - 1);
}

const newPair = () => ssh2.utils.generateKeyPairSync('ed25519', { comment: 'quarterdeck-harbour' });

/** The public half as it stands in known_hosts: type and key. */
export async function publicKey(path: string): Promise<string> {
  return (await readFile(`${path}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ').trim();
}
