import { writeFile } from 'node:fs/promises';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { readBytes } from '#playbook/modules/state/bytes.ts';
import { readFields } from '#playbook/modules/state/fields.ts';
import { shellFunctions } from '#playbook/modules/state/script.ts';
import type { Invocation } from './examine.ts';

/** What another user may read comes through that user's shell, all of it in memory. */
const largest = 64 * 1024 * 1024;

const tooLarge = (path: string): Fault =>
  new Fault({
    code: 'step.too_large',
    say: t(
      `${path} is too large to be fetched as another user: up to 64 MB.`,
      `${path} est trop grand pour être récupéré en tant qu’un autre compte : 64 Mo au plus.`,
    ),
    next: t(
      'Fetch it as a user who may read it, without become.',
      'Récupérez-le avec un compte qui peut le lire, sans become.',
    ),
  });

const unread = (path: string): Fault =>
  new Fault({
    code: 'step.failed',
    say: t(`${path} could not be read on the host.`, `Impossible de lire ${path} sur l’hôte.`),
  });

/** Brings a file of the host to a path here, as the task's user may read it. */
export async function bring({ remote, user, limits, signal, quote }: Invocation, path: string, to: string) {
  if (user === undefined) {
    await remote.use(({ connection }) => connection.download(path, to, { signal }));
    return;
  }
  const script = [shellFunctions('bytes'), `bytes it ${quote(path)} ${largest}`, 'echo end'].join('\n');
  const maxOutputBytes = largest * 2 + 1024;
  const output = await remote.read(script, { signal, timeoutMs: limits.scriptMs, maxOutputBytes, user });
  const file = readBytes(readFields(output), 'it');
  if (file.kind === 'large') throw tooLarge(path);
  if (file.kind !== 'content') throw unread(path);
  await writeFile(to, file.content, { flag: 'wx', mode: 0o600 });
}
