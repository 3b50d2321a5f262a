import type { Edges } from '#audit/redact.ts';
import { refusalOf } from '#core/errors.ts';
import {
  type LossReason,
  type Quote,
  type ShellOptions,
  type ShellResult,
  type SshTarget,
  usualOutputBytes,
} from '#core/ssh.ts';
import { type Answers, type Question, together } from './ahead.ts';
import type { Connections, Line } from './connections.ts';
import { notReached } from './reach.ts';

/** Scripts and transfers on one host, over whatever connection it has at the moment. */
export interface Remote {
  /** Who it is there without becoming anybody else. */
  readonly login: string;
  /** What tells the machine from others, by whatever names the inventory knows it. */
  readonly machine: string;
  /** It was not reached the last time, or lost then. */
  readonly gone: boolean;
  /** A script that only reads: sent again on a new connection when the first one was cut. */
  read(script: string, options: RemoteOptions): Promise<ShellResult>;
  /**
   * A probe: its answer may have been asked already, together with an earlier one; else it is asked now, together with
   * some of those that `following` names, at most so many.
   */
  probe(
    script: string,
    options: RemoteOptions,
    following: (most: number) => Promise<readonly Question[]>,
  ): Promise<ShellResult>;
  /** A script that changes something: sent once; when the connection breaks after that, nobody knows. */
  change(script: string, options: RemoteOptions): Promise<ShellResult>;
  /** Work on the connection itself that may be done again. */
  use<T>(work: (line: Line) => Promise<T>): Promise<T>;
}

export type RemoteOptions = ShellOptions & { readonly user?: string | undefined };

/** How long probes that are asked together may take. */
const togetherMs = 15_000;

/**
 * After these the host may still be there, and a new connection is tried once. Not after a silence: it was waited for as
 * long as a dead peer may take, and would only be waited for again.
 */
const passing: readonly LossReason[] = ['cut', 'closed', 'shell'];

const broke = (thrown: unknown): boolean => {
  const refusal = refusalOf(thrown);
  return refusal?.code === 'ssh.lost' && passing.some((reason) => reason === refusal.details?.reason);
};

/** The shell says when it is certain that nothing of the script had begun. */
const notBegun = (thrown: unknown): boolean => refusalOf(thrown)?.details?.began === false;

/** How a remote is used. */
export interface RemoteUse {
  readonly lane: 'read' | 'run';
  readonly signal: AbortSignal;
  readonly answers: Answers;
  readonly quote: Quote;
  readonly edges: Edges;
}

/** Of an output that was cut, the beginning goes too, as far as it may be the rest of a secret. */
function wholeSecrets(
  result: ShellResult,
  { maxOutputBytes = usualOutputBytes }: ShellOptions,
  edges: Edges,
): ShellResult {
  if (result.lost === 0 || edges.longest() === 0) return result;
  let { lost } = result;
  const without = (text: string): string => {
    // Less than a character is missing from one that was cut.
    if (Buffer.byteLength(text) < maxOutputBytes - 3) return text;
    const kept = text.slice(edges.next(text, Math.min(text.length, edges.longest() - 1)));
    lost += Buffer.byteLength(text) - Buffer.byteLength(kept);
    return kept;
  };
  const [stdout, stderr] = [without(result.stdout), without(result.stderr)];
  return { ...result, stdout, stderr, lost };
}

/** The machine that plays, where a task is done on it. */
export const thisMachine = 'this machine';

const machineOf = ({ local, address, port, via }: SshTarget): string =>
  local ? thisMachine : [...via.map(machineOf), `${address}:${port}`].join(' ');

/** The host behind a target. */
export function createRemote(
  connections: Connections,
  target: SshTarget,
  { lane, signal, answers, quote, edges }: RemoteUse,
): Remote {
  let gone = false;

  const onLine = async <T>(work: (line: Line) => Promise<T>): Promise<T> => {
    const line = await connections.line(target, lane, signal);
    try {
      return await work(line);
    } finally {
      line.release();
    }
  };

  const once = async <T>(work: (line: Line) => Promise<T>): Promise<T> => {
    try {
      const done = await onLine(work);
      gone = false;
      return done;
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      gone = refusal !== undefined && notReached(refusal);
      throw thrown;
    }
  };

  const use = async <T>(work: (line: Line) => Promise<T>): Promise<T> => {
    try {
      return await once(work);
    } catch (thrown) {
      if (!broke(thrown) || signal.aborted) throw thrown;
      return await once(work);
    }
  };

  const read: Remote['read'] = (script, { user, ...options }) =>
    use(async (line) => wholeSecrets(await (await line.shell(user)).run(script, options), options, edges));

  /** The answer to the first question, those to the others kept; undefined when they have to be asked one by one. */
  const askTogether = async (
    questions: readonly Question[],
    options: RemoteOptions,
  ): Promise<ShellResult | undefined> => {
    const asking = together(
      questions.map(({ script }) => script),
      quote,
    );
    // One that hangs must not hold up the others: then each is asked for itself, with its own time.
    const timeoutMs = Math.min(options.timeoutMs, togetherMs);
    const output = await read(asking.script, { ...options, timeoutMs }).catch((thrown: unknown) => {
      if (refusalOf(thrown)?.code === 'ssh.timeout') return undefined;
      throw thrown;
    });
    const [first, ...rest] = (output && asking.answers(output)) ?? [];
    for (const [index, answer] of rest.entries()) {
      const question = questions[index + 1];
      if (question) answers.keep(question, answer);
    }
    return first;
  };

  return {
    login: target.user,
    machine: machineOf(target),
    get gone() {
      return gone;
    },
    use,
    read,
    async probe(script, options, following) {
      const question = { script, user: options.user };
      const kept = answers.take(question);
      if (kept) return kept;
      const width = answers.width();
      const others = width === 0 ? [] : (await following(width)).filter(({ user }) => user === options.user);
      return (
        (others.length === 0 ? undefined : await askTogether([question, ...others], options)) ?? read(script, options)
      );
    },
    async change(script, { user, ...options }) {
      let sent = false;
      const send = async (line: Line): Promise<ShellResult> => {
        const shell = await line.shell(user);
        sent = true;
        return wholeSecrets(await shell.run(script, options), options, edges);
      };
      try {
        return await once(send);
      } catch (thrown) {
        if ((sent && !notBegun(thrown)) || !broke(thrown) || signal.aborted) throw thrown;
        return await once(send);
      }
    },
  };
}
