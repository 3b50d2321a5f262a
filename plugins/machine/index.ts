import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { definePlugin, t, z } from '#kit';
import type { Journal } from './journal.ts';
import { createLogs } from './logs.ts';
import { createMetrics, keptHours } from './metrics.ts';
import { createSampler } from './sampler.ts';

const settings = z.strictObject({
  /** Names of hosts that run on this very machine. */
  alsoKnownAs: z.array(z.string().min(1)).default([]),
  /** Log files by target: absolute paths, `*` and `**` allowed; rotated files that match are read too. */
  logs: z.record(z.string().min(1), z.array(z.string().startsWith('/'))).default({}),
  /** The system's journal, as a part of the logs of `machine`: whether it is read, or a folder to read instead. */
  journal: z.union([z.boolean(), z.string().startsWith('/')]).default(true),
  /** The disk to measure. */
  disk: z.string().startsWith('/').default('/'),
});

const seconds = 10;
const forgetEvery = 60;
const firstPauseMs = 1_000;

const journalOf = (setting: boolean | string): Journal | undefined =>
  setting === false ? undefined : setting === true ? {} : { folder: setting };

/** The machine the bot runs on: figures every ten seconds, kept two days, and log files read in place. */
export const machine = () => {
  const sampler = createSampler();
  let rounds = 0;
  return definePlugin({
    name: 'machine',
    about: t('Figures and logs of the machine the bot runs on', 'Chiffres et journaux de la machine du bot'),
    settings,
    commands: [],
    provides: {
      metrics: (context) => createMetrics(context, [hostname(), 'localhost']),
      logs: ({ settings: { logs, journal } }) => createLogs(logs, journalOf(journal)),
    },
    every: {
      seconds,
      async run({ settings: { disk }, series: samples, now }) {
        // Rates need two readings: the first round takes both, so that there are figures at once.
        if (rounds === 0) await sampler.sample(disk).then(() => setTimeout(firstPauseMs));
        await samples.add(now(), await sampler.sample(disk));
        if (rounds++ % forgetEvery === 0) await samples.forget(now() - keptHours * 3_600_000);
      },
    },
  });
};

export default machine();
