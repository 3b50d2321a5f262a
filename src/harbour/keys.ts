import { mkdir, readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { readIfThere, writeWhole } from './files.ts';

/** Makes a key pair once; later starts find it. */
export async function ensureKey(folder: string, path: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readIfThere(path)) !== undefined && (await readIfThere(`${path}.pub`)) !== undefined) return;
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'quarterdeck-harbour' });
  await writeWhole(`${path}.pub`, `${pair.public.trim()}\n`, 0o644);
  await writeWhole(path, pair.private);
}

/** The public half as it stands in known_hosts: type and key. */
export async function publicKey(path: string): Promise<string> {
  return (await readFile(`${path}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ').trim();
}
