import { median } from '../figures.mjs';
import { floorMs, promisesOf, tuned } from './promises.mjs';

const seconds = (ms) => (Number.isFinite(ms) ? `${(ms / 1000).toFixed(3)} s` : '–');
const times = (value) => (Number.isFinite(value) ? `${value.toFixed(2)}×` : '–');
const megabytes = (value) => (Number.isFinite(value) ? `${value.toFixed(0)} MB` : '–');

const columns = [16, 10, 10, 10, 8, 20, 20, 9];
const row = (cells) =>
  cells
    .map((cell, index) => cell.padEnd(columns[index] ?? 0))
    .join(' ')
    .trimEnd();

/** One measurement, as it comes. */
export const costLine = (name, { first, second }) =>
  row([
    name,
    seconds(first.wallMs),
    seconds(second.wallMs),
    `processor ${seconds(first.processorMs)}, ${seconds(second.processorMs)}`,
    `hosts ${seconds(first.hostsMs)}, ${seconds(second.hostsMs)}`,
  ]);

/** The medians of one run (`first` or `second`) by player. */
export const mediansOf = (costs, run) =>
  Object.fromEntries(
    [...costs].map(([name, rounds]) => [
      name,
      Object.fromEntries(
        ['wallMs', 'processorMs', 'hostsMs', 'peakMb'].map((key) => [
          key,
          median(rounds.map((round) => round[run][key])),
        ]),
      ),
    ]),
  );

/** Elapsed time, processor time here and on the hosts, memory; then both times beside Ansible tuned, and beside the floor. */
export function table(medians) {
  const beside = medians[tuned];
  const floor = floorMs(medians);
  return [
    row(['', 'elapsed', 'processor', 'of hosts', 'memory', 'Ansible tuned takes', 'and processor time', 'of floor']),
    ...Object.entries(medians).map(([name, { wallMs, processorMs, hostsMs, peakMb }]) =>
      row([
        name,
        seconds(wallMs),
        seconds(processorMs),
        seconds(hostsMs),
        megabytes(peakMb),
        times(beside?.wallMs / wallMs),
        times(beside?.processorMs / processorMs),
        times(wallMs / floor),
      ]),
    ),
  ].join('\n');
}

const verdicts = new Map([
  [true, 'kept'],
  [false, 'MISSED'],
  [undefined, 'not judged'],
]);

/** The promises as lines, and whether none is missed. */
export function judged(hosts, medians) {
  const promises = promisesOf(hosts, medians);
  const lines = promises.map(
    ({ say, kept }) => `${verdicts.get(kept)}: on ${hosts} host${hosts === 1 ? '' : 's'}, ${say}`,
  );
  return { lines, good: promises.every(({ kept }) => kept !== false) };
}
