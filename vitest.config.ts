import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes too long for every time: their like stays among the others (CONTRIBUTING.md). */
const long = ['kill-more', 'stopped-rollbacks', 'stopped-broken-deploys', 'bench'].map(
  (name) => `test/system/${name}.test.ts`,
);

/** Real Debian hosts, ours beside Ansible. */
const judge = ['judge', 'field'].map((name) => `test/system/ansible/${name}.test.ts`);

/** Files that take minutes: they begin first, so that nothing waits for one of them in the end. */
const longest = [
  '/kill.test.ts',
  '/kill-more.test.ts',
  '/stopped-rollbacks.test.ts',
  '/stopped-broken-deploys.test.ts',
  '/stopped-deploys.test.ts',
];

const isLong = ({ moduleId }: TestSpecification): boolean => longest.some((name) => moduleId.endsWith(name));

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** How long `expect.poll` asks: its own second is too short for a busy machine. */
const poll = { timeout: 45_000 };

const project = (name: string, include: string[], extra: object = {}) => ({
  test: {
    name,
    include,
    pool: 'forks' as const,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll },
    ...extra,
  },
});

export default defineConfig({
  test: {
    // A time limit here ends what hangs; it is no measure of speed, which bench/ takes. Machines may be five times slower.
    // Most of the slow tests wait for real processes: four at a time keep two processors busy.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      project('unit', ['test/**/*.test.ts', 'plugins/**/*.test.ts', 'examples/**/*.test.ts'], {
        exclude: ['test/contract/**', 'test/system/**', 'test/browser/**', 'test/by-hand/**'],
        // A process for each of 240 files, and its modules, was a third of the time. They leave nothing behind anyway.
        isolate: false,
      }),
      project('contract', ['test/contract/**/*.test.ts'], { testTimeout: 240_000 }),
      // Some bots, or two browsers, side by side: each test has ports and folders of its own, and waits half of its time.
      project('system', ['test/system/**/*.test.ts'], {
        exclude: [...judge, ...long],
        testTimeout: 900_000,
        hookTimeout: 600_000,
        maxWorkers: 4,
      }),
      project('long', long, { testTimeout: 1_800_000, hookTimeout: 600_000, maxWorkers: 4 }),
      // Each case starts two hosts and runs a playbook four times: as many at a time as there are processors.
      project('judge', judge, {
        testTimeout: 600_000,
        hookTimeout: 900_000,
        maxConcurrency: 2,
      }),
      // Not among the stages: they need servers that somebody names (CONTRIBUTING.md).
      project('by-hand', ['test/by-hand/**/*.test.ts'], { testTimeout: 120_000 }),
      project('browser', ['test/browser/**/*.test.ts'], {
        testTimeout: 240_000,
        hookTimeout: 240_000,
        maxWorkers: 2,
      }),
    ],
  },
});
