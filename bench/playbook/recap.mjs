// A fast run that did something else is worth nothing: every recap is compared with what it must be.
const cells = ['ok', 'changed', 'unreachable', 'failed', 'skipped'];

/** What each host's recap must be: gathering facts and the handler count as tasks. */
export const expected = {
  first: { ok: 12, changed: 9, unreachable: 0, failed: 0, skipped: 0 },
  second: { ok: 10, changed: 0, unreachable: 0, failed: 0, skipped: 1 },
};

const lineShape = /^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+) +skipped=(\d+)/gm;

/** The recap at the end of what `ansible-playbook` and `quarterdeck run` print. */
export const recapIn = (output) =>
  Object.fromEntries(
    [...output.matchAll(lineShape)].map(([, host, ...counts]) => [
      host,
      Object.fromEntries(cells.map((cell, index) => [cell, Number(counts[index])])),
    ]),
  );

const inWords = (counts) => cells.map((cell) => `${cell}=${counts?.[cell] ?? '?'}`).join(' ');

/** Throws when a host is missing, when its counts are others, or when there is no recap and should have been changes. */
export function checkResult({ recap, changes }, hosts, wanted) {
  if (recap === undefined && changes === 0 && wanted.changed === 0) return;
  for (const { name } of hosts) {
    const counts = recap?.[name];
    if (cells.every((cell) => counts?.[cell] === wanted[cell])) continue;
    throw new Error(`wrong recap of ${name}: ${inWords(counts)}, not ${inWords(wanted)}`);
  }
}
