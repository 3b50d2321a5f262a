import { StringDecoder } from 'node:string_decoder';
import { type ShellOptions, type ShellResult, usualOutputBytes } from '#core/ssh.ts';
import { assertSendable } from '../quote.ts';
import type { Channel, ChannelEnd } from './channel.ts';
import { createFrameReader, type FrameListener } from './frames.ts';
import { framed, greeting, newMarkers } from './script.ts';
import { createTail, type Tail } from './tail.ts';

/** What one script left, and whether processes of its group still run. */
export interface ScriptEnd {
  readonly result: ShellResult;
  readonly leftovers: boolean;
}

/** One script under way. */
export interface ScriptRun {
  /** The leader of the script's process group, once it has begun. */
  pid(): number | undefined;
  readonly begun: Promise<number>;
  /** Rejects with the `ShellGone` when the shell went away first. */
  readonly ended: Promise<ScriptEnd>;
}

/** The remote shell ended before the script did; `began` says whether the script had started. */
export class ShellGone extends Error {
  readonly began: boolean;
  readonly end: ChannelEnd;
  readonly stderr: string;
  /** Given up, since what it said was not what a shell of ours says. */
  readonly strange: boolean;
  constructor(began: boolean, end: ChannelEnd, { stderr = '', strange = false } = {}) {
    super('the remote shell went away');
    this.began = began;
    this.end = end;
    this.stderr = stderr;
    this.strange = strange;
  }
}

/** Gives up on a host that does not keep to the protocol. */
const giveUp = (channel: Channel, began: boolean): ShellGone => {
  channel.distrust();
  return new ShellGone(began, { lost: true }, { strange: true });
};

/** After the shell's end was told, its last output may still be on the way. */
const lastWordsMs = 300;

/** What a remote shell says of itself. */
export interface Greeting {
  readonly group: string;
  readonly user: string;
  readonly home: string;
}

/** Sets a fresh remote shell up, in that folder or its user's home, and waits for its greeting. Rejects with `ShellGone`; its `stderr` tells why. */
export function greet(channel: Channel, folder?: string): Promise<Greeting> {
  const { promise, resolve, reject } = Promise.withResolvers<Greeting>();
  const markers = newMarkers();
  const stderr = createTail(2000);
  const ended = ([group = '', user = '', ...home]: readonly string[]): void => {
    release();
    resolve({ group, user, home: home.join(' ') });
  };
  const nothing = (): void => undefined;
  const strange = (): void => {
    release();
    reject(giveUp(channel, false));
  };
  const release = follow(channel, markers, {
    stdout: { begun: nothing, output: nothing, ended, strange },
    stderr: { begun: nothing, output: nothing, ended: nothing, strange },
  });
  const hear = (chunk: Buffer): void => stderr.push(chunk);
  channel.stderr.on('data', hear);
  channel.ended.then((end) =>
    setTimeout(() => reject(new ShellGone(false, end, { stderr: stderr.text() })), lastWordsMs),
  );
  channel.stdin.write(greeting(markers, folder));
  return promise.finally(() => channel.stderr.off('data', hear));
}

export type ScriptOptions = Pick<ShellOptions, 'maxOutputBytes' | 'stdin' | 'onOutput'>;

/** Runs one script in a greeted remote shell that does nothing else meanwhile. */
export function runScript(channel: Channel, script: string, options: ScriptOptions): ScriptRun {
  assertSendable(script);
  const begun = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<ScriptEnd>();
  begun.promise.catch(() => undefined);
  ended.promise.catch(() => undefined);
  const max = options.maxOutputBytes ?? usualOutputBytes;
  const stdout = collect('stdout', max, options);
  const stderr = collect('stderr', max, options);
  const markers = newMarkers();
  let pid: number | undefined;
  let endWords: readonly string[] | undefined;
  let open = 2;

  const oneEnded = (): void => {
    open -= 1;
    if (open > 0 || endWords === undefined) return;
    release();
    ended.resolve({
      result: {
        code: Number(endWords[0]),
        stdout: stdout.text(),
        stderr: stderr.text(),
        lost: stdout.tail.lost() + stderr.tail.lost(),
      },
      leftovers: endWords[1] === '1',
    });
  };
  const fail = (gone: ShellGone): void => {
    release();
    begun.reject(gone);
    ended.reject(gone);
  };
  const strange = (): void => fail(giveUp(channel, pid !== undefined));
  const unfollow = follow(channel, markers, {
    stdout: {
      begun: ([word = '']) => {
        if (!isFigure(word)) return strange();
        pid = Number(word);
        begun.resolve(pid);
      },
      output: stdout.take,
      ended: (words) => {
        if (!isFigure(words[0])) return strange();
        endWords = words;
        oneEnded();
      },
      strange,
    },
    stderr: { begun: () => undefined, output: stderr.take, ended: oneEnded, strange },
  });
  const forget = channel.onEnd((end) => {
    setTimeout(() => fail(new ShellGone(pid !== undefined, end)), lastWordsMs);
  });
  const release = (): void => {
    unfollow();
    forget();
  };
  channel.stdin.write(framed(script, markers, options.stdin));
  return { pid: () => pid, begun: begun.promise, ended: ended.promise };
}

/** A process id or an exit code. */
const isFigure = (word: string | undefined): boolean => /^\d{1,10}$/.test(word ?? '');

/** Attaches a reader to both streams; returns the way to detach them. */
function follow(
  channel: Channel,
  markers: { readonly begin: string; readonly end: string },
  listeners: { readonly stdout: FrameListener; readonly stderr: FrameListener },
): () => void {
  const out = createFrameReader(markers, listeners.stdout).push;
  const err = createFrameReader(markers, listeners.stderr).push;
  channel.stdout.on('data', out);
  channel.stderr.on('data', err);
  return () => {
    channel.stdout.off('data', out);
    channel.stderr.off('data', err);
  };
}

/** Keeps the end of a stream and passes whole characters on to the listener. */
function collect(
  stream: 'stdout' | 'stderr',
  max: number,
  options: ScriptOptions,
): { readonly tail: Tail; text(): string; take(chunk: Buffer): void } {
  const tail = createTail(max);
  const decoder = new StringDecoder('utf8');
  const take = (chunk: Buffer): void => {
    tail.push(chunk);
    const text = options.onOutput ? decoder.write(chunk) : '';
    if (text !== '') options.onOutput?.(text, stream);
  };
  return { tail, text: tail.text, take };
}
