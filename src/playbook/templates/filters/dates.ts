import { valueMistake } from '../mistakes.ts';
import { calendarOf, strftime } from '../python/moments.ts';
import { parseFloatText } from '../python/parse-number.ts';
import { strptime } from '../python/strptime.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { asNumeric, toNumber } from '../values/numbers.ts';
import { show, textOf, truth } from '../values/show.ts';
import type { Value } from '../values/value.ts';

function secondsOf(run: Run, value: Value): number {
  if (value === null) return (run.env.now ?? Date.now)() / 1000;
  const number = typeof value === 'string' ? parseFloatText(value) : asNumeric(value);
  const seconds = number === undefined ? Number.NaN : typeof number === 'number' ? number : toNumber(number);
  // Years a calendar of four digits can show.
  if (Math.abs(seconds) < 2.5e11) return seconds;
  throw valueMistake(
    `${show(value, run.meter)} is no time in seconds`,
    `${show(value, run.meter)} n’est pas un temps en secondes`,
  );
}

/** Filters over dates. */
export const dates: Builtins = {
  strftime: builtin('format, second=null, utc=false', (run, format, second, utc) => {
    const calendar = calendarOf(secondsOf(run, second) * 1000, truth(utc));
    const text = strftime(calendar, textOf(format, 'strftime'));
    run.meter.text(text.length);
    return text;
  }),
  to_datetime: builtin('value, format="%Y-%m-%d %H:%M:%S"', (_run, value, format) =>
    strptime(textOf(value, 'to_datetime'), textOf(format, 'format')),
  ),
};
