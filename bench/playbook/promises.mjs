// What is promised of a run with nothing to change, and whether it is kept.

/** The command as a new process, beside Ansible tuned. */
const timesFaster = (hosts) => (hosts === 1 ? 10 : 30);
/** A run inside a running bot, beside the floor. */
const mostOfFloor = 1.7;
/** Ours beside Ansible tuned. */
const mostOfProcessor = 0.1;

export const tuned = 'ansible-tuned';
export const ours = ['quarterdeck', 'executor', 'bot'];
/** With a connection of its own to each host; whichever is faster is the floor. */
export const floors = ['floor-steps', 'floor-script'];

const shown = (value) => (Number.isFinite(value) ? value.toFixed(value < 1 ? 3 : 2) : 'not measured');

const promise = (say, value, kept) => ({
  say: `${say}: ${shown(value)}`,
  kept: Number.isFinite(value) ? kept : undefined,
});

/** The least elapsed time of the floor; NaN when it was not measured. */
export const floorMs = (medians) => {
  const times = floors.map((name) => medians[name]?.wallMs).filter((ms) => ms !== undefined);
  return times.length === 0 ? Number.NaN : Math.min(...times);
};

/** Each promise in words with its figure; `kept` is undefined when something it needs was not measured. */
export function promisesOf(hosts, medians) {
  const wall = (name) => medians[name]?.wallMs ?? Number.NaN;
  const processor = (name) => medians[name]?.processorMs ?? Number.NaN;
  const faster = wall(tuned) / wall('quarterdeck');
  const ofFloor = wall('executor') / floorMs(medians);
  return [
    promise(
      `a new process is ≥ ${timesFaster(hosts)} times faster than Ansible tuned`,
      faster,
      faster >= timesFaster(hosts),
    ),
    promise(`the executor of a running bot takes ≤ ${mostOfFloor} times the floor`, ofFloor, ofFloor <= mostOfFloor),
    ...ours.map((name) => {
      const share = processor(name) / processor(tuned);
      return promise(`${name} uses ≤ ${mostOfProcessor} of Ansible's processor time`, share, share <= mostOfProcessor);
    }),
  ];
}
