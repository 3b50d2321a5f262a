/** So far ahead of what is known a clock is doubted, and so long it must stay there to be believed all the same. */
const dayMs = 86_400_000;

/** Whether the clock may be believed when it says this. */
export type ClockTrust = (now: number) => boolean;

/**
 * A clock that is months ahead for a moment would make everything old. One that is more than a day further than the time
 * that went by is believed only after a day: then the bot was off, or the machine slept. `lastSeen` is when something was
 * written down last, `elapsed` a time that nobody can set.
 */
export function clockTrust(lastSeen: number | undefined, elapsed = () => performance.now()): ClockTrust {
  let known = lastSeen === undefined ? undefined : { at: lastSeen, mark: elapsed() };
  let doubted: number | undefined;
  return (now) => {
    const mark = elapsed();
    const isAhead = known !== undefined && now - known.at - (mark - known.mark) > dayMs;
    doubted = isAhead ? (doubted ?? mark) : undefined;
    if (doubted !== undefined && mark - doubted < dayMs) return false;
    doubted = undefined;
    known = { at: now, mark };
    return true;
  };
}
