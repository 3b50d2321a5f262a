import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { finishSaid } from './command/said.ts';
import type { Module } from './module.ts';

interface RawArgs {
  readonly line: string;
  readonly shell?: string;
}

const noLine = (): Fault =>
  new Fault({ code: 'module.arguments', say: t('raw: no command given.', 'raw : aucune commande donnée.') });

/** Runs a line in the login shell's place, with nothing around it. Whatever a template puts into the line is read by the shell. */
export const raw: Module<RawArgs, null> = {
  name: 'raw',
  interpreted: { cmd: 'shell' },
  args: { cmd: { type: 'str' }, executable: { type: 'path' } },
  freeForm: 'cmd',
  once: true,
  prepare: ({ cmd, executable }) => {
    if (typeof cmd !== 'string' || cmd.trim() === '') throw noLine();
    return { line: cmd, ...(typeof executable === 'string' && { shell: executable }) };
  },
  probe: () => undefined,
  read: () => null,
  plan: ({ line, shell }) => {
    const subject = `command: ${line}`;
    const how = { subject, aspect: 'executable', before: null, after: shell ?? null, how: true } as const;
    return {
      differences: [{ subject, aspect: 'runs', before: false, after: true }, ...(shell === undefined ? [] : [how])],
      result: {},
      unknown: true,
    };
  },
  apply: ({ line, shell }, _state, _plan, quote) => ({
    script: `exec ${quote(shell ?? '/bin/sh')} -c ${quote(line)} </dev/null`,
    exitCodes: 'any',
  }),
  finish: (_args, _state, _plan, applied) => finishSaid(applied),
};
