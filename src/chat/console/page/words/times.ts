import type { Language } from '#core/text.ts';
import { wordsOf } from './words.ts';

/** How times are shown: in the person's zone, on 24 hours. */
export interface Times {
  /** 14:05 */
  clock(at: string): string;
  /** 14:05:09 */
  seconds(at: string): string;
  /** Today, Yesterday, Saturday 21 November, or 21 November 2025 */
  day(at: string): string;
  /** 21 Nov, 14:05; 21 Nov 2025, 14:05 of another year */
  moment(at: string): string;
  /** Two times on the same day give the same. */
  dayKey(at: string): string;
}

const hours = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** A zone the browser does not know must not blank the page. */
const knownZone = (zone: string | undefined): string | undefined => {
  try {
    new Intl.DateTimeFormat('en', zone === undefined ? {} : { timeZone: zone });
    return zone;
  } catch {
    return undefined;
  }
};

export const timesIn = (language: Language, zone: string | undefined): Times => {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const known = knownZone(zone);
  const format = (options: Intl.DateTimeFormatOptions): ((at: string) => string) => {
    const formatter = new Intl.DateTimeFormat(locale, known === undefined ? options : { ...options, timeZone: known });
    return (at) => formatter.format(new Date(at));
  };
  const short = format({ day: 'numeric', month: 'short', ...hours });
  const dated = format({ day: 'numeric', month: 'short', year: 'numeric', ...hours });
  const year = format({ year: 'numeric' });
  const isThisYear = (at: string): boolean => year(at) === year(new Date().toISOString());
  const dayKey = format({ year: 'numeric', month: '2-digit', day: '2-digit' });
  const longDay = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const datedDay = format({ day: 'numeric', month: 'long', year: 'numeric' });
  return {
    clock: format(hours),
    seconds: format({ ...hours, second: '2-digit' }),
    moment: (at) => (isThisYear(at) ? short : dated)(at),
    dayKey,
    day(at) {
      const words = wordsOf(language);
      const now = Date.now();
      if (dayKey(at) === dayKey(new Date(now).toISOString())) return words.today;
      if (dayKey(at) === dayKey(new Date(now - 86_400_000).toISOString())) return words.yesterday;
      return (isThisYear(at) ? longDay : datedDay)(at);
    },
  };
};

/** 8 s, 2 min 05 s, 1 h 12 min */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};
