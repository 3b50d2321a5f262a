import { randomBytes } from 'node:crypto';
import type { ShellResult } from '#core/ssh.ts';
import type { Quote } from '#playbook/modules/module.ts';

/** A probe, and who it is asked as. */
export interface Question {
  readonly script: string;
  readonly user: string | undefined;
}

/** How long an answer counts for a task whose turn has not come yet, with nothing changed meanwhile. */
const countsForMs = 10_000;
const widest = 64;
/** What is kept of one host, in characters: a longer answer, and what came before too much of them, is asked again. */
const longestKept = 64 * 1024;
const mostKept = 1024 * 1024;

/** What all hosts of a walk share: when something was last changed anywhere, or waited for. */
export interface Calm {
  /** Something was changed, or time went by: what was asked before that counts no more. */
  end(): void;
  /** How often that was so far. */
  ends(): number;
}

/** Nothing has changed yet. */
export function createCalm(): Calm {
  let ended = 0;
  return {
    end: () => {
      ended += 1;
    },
    ends: () => ended,
  };
}

/** The answers of one host to probes that were asked before their task's turn. Each serves once. */
export interface Answers {
  take(question: Question): ShellResult | undefined;
  keep(question: Question, answer: ShellResult): void;
  /** How many further probes to ask along with one that has to be asked now. */
  width(): number;
}

/**
 * Answers that count as long as nothing changes. Whoever changes something on every task has no use for more than the
 * next answer: after a change the width begins at nothing, and grows while all is calm. With `known` changes are
 * expected where they come, and the width is always the widest.
 */
export function createAnswers(calm: Calm, { known }: { readonly known: boolean }): Answers {
  const kept = new Map<string, { readonly answer: ShellResult; readonly at: number }[]>();
  let seen = calm.ends();
  let width = widest;
  let size = 0;
  const forget = (): void => {
    kept.clear();
    size = 0;
  };
  const look = (): void => {
    if (seen === calm.ends()) return;
    seen = calm.ends();
    forget();
    if (!known) width = 0;
  };
  const keyOf = ({ script, user }: Question): string => `${user ?? ''}\n${script}`;
  return {
    take(question) {
      look();
      const found = kept.get(keyOf(question))?.shift();
      return found && performance.now() - found.at < countsForMs ? found.answer : undefined;
    },
    keep(question, answer) {
      const key = keyOf(question);
      const more = key.length + answer.stdout.length + answer.stderr.length;
      if (more > longestKept) return;
      if (size + more > mostKept) forget();
      size += more;
      kept.set(key, [...(kept.get(key) ?? []), { answer, at: performance.now() }]);
    },
    width() {
      look();
      const now = width;
      width = Math.min(widest, width === 0 ? 2 : width * 4);
      return now;
    },
  };
}

/** Several probes as one script: each in a subshell of its own, its end marked in both streams. */
export interface Together {
  readonly script: string;
  /** What each printed and how it ended; undefined when the output is not whole. */
  answers(output: ShellResult): readonly ShellResult[] | undefined;
}

/** Puts probes together. The marker is random, so that nothing a host has in its files looks like it. */
export function together(scripts: readonly string[], quote: Quote): Together {
  const marker = `qd${randomBytes(16).toString('hex')}`;
  const ended = `qd_ended() { printf '%s %s\\n' ${quote(marker)} "$?"; printf '%s\\n' ${quote(marker)} >&2; }`;
  const parts = scripts.map((script) => `(\n${script}\n)\nqd_ended`);
  return {
    script: [ended, ...parts].join('\n'),
    answers(output) {
      // What stands between the marks, and each mark's exit code, in turn; nothing after the last.
      const outs = output.stdout.split(new RegExp(`${marker} (\\d{1,3})\n`));
      const errors = output.stderr.split(`${marker}\n`);
      const whole = outs.length === 2 * scripts.length + 1 && errors.length === scripts.length + 1;
      if (!whole || output.lost > 0) return undefined;
      return scripts.map((_, index) => ({
        code: Number(outs[2 * index + 1]),
        stdout: alone(outs[2 * index]),
        stderr: alone(errors[index]),
        lost: 0,
      }));
    },
  };
}

/** A copy: a part of a text would keep the whole of it in memory. */
const alone = (part = ''): string => Buffer.from(part, 'utf8').toString('utf8');
