/** How much and how long; every wait and every size of the executor is one of these. */
export interface ExecutionLimits {
  /** Hosts worked on at the same time within one task. */
  readonly hostsAtOnce: number;
  /** Connections being opened at the same time: more only stalls the thread. */
  readonly handshakes: number;
  /** An unused connection is closed after this. */
  readonly idleMs: number;
  readonly probeMs: number;
  /** What a probe may print: a whole file, for modules that change a part of one. */
  readonly probeBytes: number;
  readonly factsMs: number;
  /** One module's work on one host. */
  readonly scriptMs: number;
  /** How long a resumed run waits for a command that still runs. */
  readonly orphanMs: number;
  /** Contents up to this travel inside the script. */
  readonly inlineBytes: number;
  readonly resultBytes: number;
  readonly diffBytes: number;
  /** One side of a difference. */
  readonly valueBytes: number;
  /** Live output: one event per step and interval, with the newest bytes. */
  readonly outputEveryMs: number;
  readonly outputBytes: number;
}

/** What holds unless said otherwise. */
export const usualLimits: ExecutionLimits = {
  hostsAtOnce: 100,
  handshakes: 16,
  idleMs: 60_000,
  probeMs: 60_000,
  probeBytes: 24 * 1024 * 1024,
  factsMs: 15_000,
  scriptMs: 3_600_000,
  orphanMs: 600_000,
  inlineBytes: 64 * 1024,
  resultBytes: 64 * 1024,
  diffBytes: 64 * 1024,
  valueBytes: 4 * 1024,
  outputEveryMs: 200,
  outputBytes: 16 * 1024,
};
