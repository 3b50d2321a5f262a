import type { JsonObject } from '#core/json.ts';
import { splitWords } from '../words/split.ts';
import { type CommandArgs, surroundings } from './command/arguments.ts';
import { type CommandState, planCommand, probeCommand, readCommand } from './command/run.ts';
import { finishSaid } from './command/said.ts';
import type { Apply, Controller, Module, Quote } from './module.ts';
import { checksum } from './place/placement.ts';
import { assignPath } from './state/script.ts';
import { wrong } from './state/wrong.ts';

interface ScriptArgs {
  readonly when: CommandArgs;
  /** What follows the script's name, for the shell. */
  readonly rest: string;
  readonly name: string;
  readonly content: Buffer;
  readonly executable?: readonly string[];
}

/** The line without its first word, as written: the shell reads the rest. */
const afterFirst = (line: string): string => {
  const quoted = /^\s*(?:"(?:\\[\s\S]|[^"\\])*"|'[^']*'|\\[\s\S]|[^\s"'\\])+/.exec(line)?.[0] ?? '';
  return line.slice(quoted.length);
};

const prepare = async (args: JsonObject, controller: Controller): Promise<ScriptArgs> => {
  const line = typeof args.cmd === 'string' ? args.cmd : '';
  const [source] = splitWords(line) ?? [];
  if (source === undefined || source === '') throw wrong('script: no script given.', 'script : aucun script donné.');
  const { chdir } = args;
  if (typeof chdir === 'string' && !chdir.startsWith('/'))
    throw wrong(
      `chdir ${chdir} must be an absolute path for a Unix-aware remote node`,
      `script : chdir ${chdir} doit être un chemin absolu`,
    );
  const { content, path } = await controller.read(source, 'files');
  return {
    when: { ...surroundings(args), words: [], line, expand: false },
    rest: afterFirst(line),
    name: path.split('/').at(-1) ?? 'script',
    content,
    ...(typeof args.executable === 'string' && { executable: splitWords(args.executable) ?? [args.executable] }),
  };
};

/** The script comes into a private folder under its own name, runs, and is gone. */
const apply = (args: ScriptArgs, quote: Quote): Apply => {
  const { chdir } = args.when;
  const words = [...(args.executable ?? []).map(quote), '"$QUARTERDECK_SCRIPT"'];
  const program = `${words.join(' ')}${args.rest}`;
  const script = [
    'd=$(mktemp -d) || exit 1',
    `trap 'rm -rf "$d"' EXIT`,
    `trap 'exit 1' HUP INT TERM`,
    `QUARTERDECK_SCRIPT="$d"/${quote(args.name)}; export QUARTERDECK_SCRIPT`,
    'cat "$CONTENT" >"$QUARTERDECK_SCRIPT" && chmod 700 "$QUARTERDECK_SCRIPT" || exit 1',
    ...(chdir === undefined ? [] : [assignPath('c', chdir, quote), 'cd "$c" || exit 1']),
    `/bin/sh -c ${quote(program)} </dev/null`,
    'exit $?',
  ];
  return {
    script: script.join('\n'),
    contents: [{ name: 'CONTENT', content: args.content }],
    exitCodes: 'any',
  };
};

/** Runs a script of ours on the host, unless what it creates is there or what it removes is gone. */
export const script: Module<ScriptArgs, CommandState> = {
  name: 'script',
  interpreted: { cmd: 'shell', executable: 'words' },
  quick: true,
  args: {
    cmd: { type: 'str' },
    creates: { type: 'path' },
    removes: { type: 'path' },
    chdir: { type: 'path' },
    executable: { type: 'str' },
    /** What is sealed by a vault is always opened; this has no effect. */
    decrypt: { type: 'bool', default: true },
  },
  freeForm: 'cmd',
  once: true,
  prepare,
  probe: ({ when }, quote) => probeCommand(when, quote),
  read: (output, { when }) => readCommand(output, when),
  plan: (args, state) => {
    const plan = planCommand(args.when, state);
    if (plan.differences.length === 0) return plan.failed === undefined ? { ...plan, skipped: true } : plan;
    const subject = plan.differences[0]?.subject ?? '';
    const sum = `sha1:${checksum(args.content, 'sha1')}`;
    const how = (aspect: string, after: string) => ({ subject, aspect, before: null, after, how: true }) as const;
    const by = args.executable === undefined ? [] : [how('executable', args.executable.join(' '))];
    return { ...plan, differences: [...plan.differences, how('script', sum), ...by], result: {} };
  },
  apply: (args, _state, plan, quote) => (plan.differences.length === 0 ? undefined : apply(args, quote)),
  finish: (_args, _state, _plan, applied) => finishSaid(applied),
};
