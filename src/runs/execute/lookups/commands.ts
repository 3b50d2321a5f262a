import { spawnSync } from 'node:child_process';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { LookupCall, Lookups } from '#playbook/templates/index.ts';

const mostBytes = 16 * 1024 * 1024;
const longestMs = 60_000;

/** What a command prints on this machine. Throws a Fault when it fails, as Ansible's do. */
function printed(command: string, folder: string, { at }: LookupCall, lookup: string): string {
  const { status, stdout, error } = spawnSync('/bin/sh', ['-c', command], {
    cwd: folder,
    maxBuffer: mostBytes,
    timeout: longestMs,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status === 0) return stdout.toString('utf8').replace(/\n$/, '');
  const place = `${at.file}:${at.line}:${at.column}`;
  throw new Fault(
    {
      code: 'template.lookup',
      say: t(
        `${place}: the command of lookup '${lookup}' ended with code ${status ?? '–'}: ${command}`,
        `${place} : la commande du lookup « ${lookup} » s’est terminée avec le code ${status ?? '–'} : ${command}`,
      ),
    },
    error === undefined ? {} : { cause: error },
  );
}

/** The lookups that run commands on the machine that plays: for whoever sits there, never for a chat. */
export const commandLookups = (folder: string): Lookups => ({
  pipe: (call) => call.terms.flat().map((term) => printed(String(term), folder, call, 'pipe')),
  lines: (call) => call.terms.flat().flatMap((term) => printed(String(term), folder, call, 'lines').split('\n')),
});
