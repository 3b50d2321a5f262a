import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import type { JsonObject } from '#core/json.ts';
import type { ShellResult, SshTarget } from '#core/ssh.ts';
import { createAnswers, createCalm } from '#runs/execute/ahead.ts';
import type { Connections } from '#runs/execute/connections.ts';
import { usualLimits } from '#runs/execute/limits.ts';
import { createRemote } from '#runs/execute/remote.ts';
import { eventReporter } from '#runs/execute/reporters.ts';
import type { ExecutionEvent } from '#runs/executor.ts';
import { quote } from '#ssh/quote.ts';
import { createTail } from '#ssh/shell/tail.ts';

const secret = 'tr0ub4dor-and-3';
const { text: redact, edges } = createRedactor([secret]);

/** The longest part of the secret, of four characters or more, that stands in a text; undefined when there is none. */
const partIn = (text: string): string | undefined => {
  for (let length = secret.length; length >= 4; length -= 1)
    for (let from = 0; from + length <= secret.length; from += 1)
      if (text.includes(secret.slice(from, from + length))) return secret.slice(from, from + length);
  return undefined;
};

/** Fillings that hold nothing of the secret. */
const filler = fc.integer({ min: 0, max: 120 }).map((length) => 'x'.repeat(length));
const text = fc
  .array(fc.tuple(filler, fc.boolean()), { minLength: 1, maxLength: 30 })
  .map((parts) => parts.map(([words, with_]) => words + (with_ ? secret : '')).join(''));

describe('the result of a step', () => {
  const limits = { ...usualLimits, resultBytes: 400 };
  const told = (result: JsonObject): ExecutionEvent[] => {
    const events: ExecutionEvent[] = [];
    const reporter = eventReporter((event) => events.push(event), { clock: systemClock, limits, redact, edges });
    const name = { host: 'web-1', id: '0', task: 'ask', module: 'command', noLog: false };
    reporter.began(name);
    reporter.ended(name, { state: 'ok', differences: [], result, changed: false });
    return events;
  };

  it('is redacted before it is cut: no part of a secret is left at the edge', () => {
    fc.assert(
      fc.property(text, text, (stdout, stderr) => {
        const shown = JSON.stringify(told({ changed: false, stdout, stderr, stdout_lines: [stdout] }));
        expect(partIn(shown)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('says that it is not whole, though the secret itself was cut away', () => {
    const event = told({ changed: false, stdout: secret + 'x'.repeat(1000) }).at(-1);
    expect(event).toMatchObject({ step: { result: { redacted: true } } });
  });
});

describe('an output that was too long', () => {
  const target = { name: 'web-1', user: 'root', via: [] as readonly SshTarget[] } as SshTarget;
  const { signal } = new AbortController();

  /** A remote whose host prints this, of which the last bytes are kept. */
  const read = (printed: string, maxOutputBytes: number) => {
    const tail = createTail(maxOutputBytes);
    tail.push(Buffer.from(printed));
    const result: ShellResult = { code: 0, stdout: tail.text(), stderr: 'short', lost: tail.lost() };
    const line = { shell: async () => ({ run: async () => result }), release: () => undefined };
    const connections = { line: async () => line } as unknown as Connections;
    const answers = createAnswers(createCalm(), { known: false });
    const remote = createRemote(connections, target, { lane: 'read', signal, answers, quote, edges });
    return remote.read('print', { signal, timeoutMs: 1000, maxOutputBytes });
  };

  it('begins with no part of a secret, wherever it was cut, and counts what it lost', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 20, max: 300 }), async (printed, max) => {
        const { stdout, stderr, lost } = await read(printed, max);
        expect(partIn(redact(stdout))).toBeUndefined();
        expect(printed.endsWith(stdout)).toBe(true);
        expect(stdout.length + lost).toBe(printed.length);
        expect(stderr).toBe('short');
      }),
      { numRuns: 500 },
    );
  });
});
