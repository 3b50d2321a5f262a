import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Connection, Quote } from '#core/ssh.ts';
import type { Apply, ApplyContent } from '#playbook/modules/module.ts';

/** Contents put on the host before the script, in a private folder. */
export interface Placed {
  readonly folder: string;
  readonly paths: Readonly<Record<string, string>>;
}

const isText = (content: Buffer): boolean =>
  !content.includes(0) && Buffer.compare(Buffer.from(content.toString('utf8'), 'utf8'), content) === 0;

/** A shell command that prints the bytes: quoted when they are text, in octal when they are not. */
export function printing(content: Buffer, quote: Quote): string {
  if (isText(content)) return `printf %s ${quote(content.toString('utf8'))}`;
  const octal = [...content].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  return `printf ${quote(octal)}`;
}

const sizeOf = async (content: ApplyContent['content']): Promise<number> =>
  Buffer.isBuffer(content) ? content.length : (await stat(content.path)).size;

/** Which contents are too large to travel inside the script. */
export async function largeContents(apply: Apply, inlineBytes: number): Promise<readonly ApplyContent[]> {
  const sizes = await Promise.all((apply.contents ?? []).map(({ content }) => sizeOf(content)));
  return (apply.contents ?? []).filter(
    ({ content }, index) => !Buffer.isBuffer(content) || (sizes[index] ?? 0) > inlineBytes,
  );
}

/** A script that makes the private folder and prints its path. Another user must be able to go in, but not to look around. */
export const makeFolder = (forAnother: boolean): string =>
  `folder=$(mktemp -d) && chmod ${forAnother ? '711' : '700'} "$folder" && printf %s "$folder"`;

/**
 * Transfers the large contents. The login user writes them; when another user's shell is to read them, their random
 * names are what keeps everybody else out of a folder that may be entered but not listed.
 */
export async function placeContents(
  large: readonly ApplyContent[],
  folder: string,
  connection: Connection,
  options: { signal: AbortSignal; forAnother: boolean; tell(line: string): void },
): Promise<Placed> {
  const paths: Record<string, string> = {};
  for (const { name, content } of large) {
    const path = `${folder}/${randomBytes(16).toString('hex')}`;
    const onProgress = tenths(await sizeOf(content), options.tell);
    const mode = options.forAnother ? 0o644 : 0o600;
    await connection.upload(content, path, { signal: options.signal, mode, onProgress });
    paths[name] = path;
  }
  return { folder, paths };
}

/** Nobody waits for less. */
const longBytes = 5_000_000;

/** Tells each tenth of a long transfer, once. */
function tenths(bytes: number, tell: (line: string) => void): (sent: number) => void {
  let told = 0;
  return (sent) => {
    const tenth = Math.floor((sent * 10) / bytes);
    if (bytes < longBytes || tenth <= told) return;
    told = tenth;
    tell(`${tenth * 10} % of ${Math.round(bytes / 1e6)} MB sent\n`);
  };
}

/** The module's script with its contents at hand, as `$NAME` each; the private folder is gone when it ends. */
export function withContents(apply: Apply, placed: Placed | undefined, quote: Quote): string {
  const contents = apply.contents ?? [];
  if (contents.length === 0) return apply.script;
  const lines = contents.map(({ name, content }, index) => {
    const path = placed?.paths[name];
    if (path !== undefined) return `${name}=${quote(path)}`;
    if (!Buffer.isBuffer(content)) throw new TypeError(`content ${name} was not placed`);
    return `${name}=$qd/${index}; ${printing(content, quote)} >"$${name}" || exit 1`;
  });
  return `qd=$(mktemp -d) || exit 1
${lines.join('\n')}
(
${apply.script}
)
code=$?
rm -rf "$qd"
exit $code`;
}
