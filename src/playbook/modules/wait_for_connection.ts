import type { Module } from './module.ts';

interface WaitArgs {
  readonly delay: number;
  readonly sleep: number;
  readonly timeout: number;
}

/** Waits until the host can be reached and answers: after a reboot, or when it was just made. */
export const waitForConnection: Module<WaitArgs, null> = {
  name: 'wait_for_connection',
  args: {
    /** The inventory's own time limit for connecting holds; this has no effect. */
    connect_timeout: { type: 'int', default: 5 },
    delay: { type: 'int', default: 0 },
    sleep: { type: 'int', default: 1 },
    timeout: { type: 'int', default: 600 },
  },
  freeForm: 'kv',
  prepare: (args) => ({
    delay: Math.max(0, Number(args.delay)),
    sleep: Math.max(1, Number(args.sleep)),
    timeout: Math.max(0, Number(args.timeout)),
  }),
  probe: () => undefined,
  read: () => null,
  plan: () => ({
    differences: [{ subject: 'wait_for_connection', aspect: 'asks', before: false, after: true, reads: true }],
    result: {},
    unknown: true,
  }),
  apply: () => ({ script: ':' }),
  finish: () => ({ result: {}, changed: false }),
  waits: (args) => ({
    everySeconds: args.sleep,
    timeoutSeconds: args.timeout,
    unreachable: true,
    ...(args.delay > 0 && { afterSeconds: args.delay }),
  }),
};
