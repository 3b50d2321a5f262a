import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { newSecret } from '#core/secret-hash.ts';

const shape = z.object({
  url: z.string(),
  pid: z.number(),
  token: z.string(),
  account: z.string(),
  /** The address people use, when it is another. */
  page: z.string().exactOptional(),
});

/** How the command line reaches the running bot: whoever can read the data folder holds its keys anyway. */
export type LocalAccess = z.output<typeof shape>;

/** Who the command line of an account of this machine is. */
export const localActor = (account: string): string => `cli:local:${account}`;

const pathIn = (folder: string): string => join(folder, 'bot.json');

/** A fresh token for this run of the bot. */
export const newLocalToken = (): { readonly token: string; readonly account: string } => ({
  token: newSecret(),
  account: userInfo().username,
});

/** Tells the command line where the bot is; readable by the bot's own account only. */
export async function announce(folder: string, access: LocalAccess): Promise<void> {
  const path = pathIn(folder);
  await writeFile(`${path}.new`, JSON.stringify(access), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export const withdraw = (folder: string): Promise<void> => rm(pathIn(folder), { force: true });

/** Where the running bot is; undefined when none has announced itself. */
export async function findBot(folder: string): Promise<LocalAccess | undefined> {
  const text = await readFile(pathIn(folder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = shape.safeParse(safeJson(text));
  return parsed.success ? parsed.data : undefined;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
