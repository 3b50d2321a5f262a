import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { WireLog } from '../../protocol.ts';
import { type Api, Refused } from '../net/api.ts';

type Piece = Extract<WireLog, { readonly text: string }>;

/** What the page has of a run's log: pieces that follow each other, from one byte of its file to another. */
export interface ShownLog {
  readonly pieces: readonly Text[];
  readonly from: number;
  readonly to: number;
  /** Why there is none. */
  readonly none?: Extract<WireLog, { readonly none: string }>['none'];
}

/** The log of the run on screen; undefined while it is first read. */
export interface RunLog {
  readonly shown: ReadonlySignal<ShownLog | undefined>;
  /** Why it could not be read on, until it is. */
  readonly failure: ReadonlySignal<unknown>;
  /** The person reads above the end: nothing above is let go. */
  readonly above: Signal<boolean>;
  /** Reads on to the end of this run's log, from wherever the page has got to. */
  follow(run: number): void;
  /** The log of this run is so long now. */
  grown(run: number, size: number): void;
  /** Reads what stands before what is shown. */
  earlier(found: () => void): Promise<void>;
  close(): void;
}

/** Short pieces become one, so that a run of hours is not thousands of them. */
const shortPiece = 8 * 1024;
/** The oldest of more than this is let go, unless the person asked for it; it can be read again. */
const mostKept = 1024 * 1024;
/** Each failed try doubles it, this often at most. */
const againMs = 2000;
const mostDoubled = 4;

/** What is longer is drawn in several goes. */
const longPiece = 16 * 1024;

type Text = Pick<Piece, 'from' | 'text'>;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** A piece as several, each of whole lines and not much longer than is drawn in one go. */
export const inShort = ({ from, text }: Text): readonly Text[] => {
  const pieces: Text[] = [];
  for (let at = 0, byte = from; at < text.length; ) {
    const end = text.indexOf('\n', at + longPiece) + 1 || text.length;
    const part = text.slice(at, end);
    pieces.push({ from: byte, text: part });
    byte += bytesOf(part);
    at = end;
  }
  return pieces;
};

const nothing: ShownLog = { pieces: [], from: 0, to: 0 };

const append = (shown: ShownLog, { from, to, text }: Piece): ShownLog => {
  const last = shown.pieces.at(-1);
  if (last === undefined) return { pieces: inShort({ from, text }), from, to };
  const pieces =
    last.text.length < shortPiece
      ? [...shown.pieces.slice(0, -1), ...inShort({ from: last.from, text: last.text + text })]
      : [...shown.pieces, ...inShort({ from, text })];
  return { pieces, from: shown.from, to };
};

/** Without the oldest pieces, where there are more than may be kept. */
const within = (shown: ShownLog, most: number): ShownLog => {
  const at = shown.pieces.findIndex(({ from }) => shown.to - from <= most);
  if (at <= 0) return shown;
  const pieces = shown.pieces.slice(at);
  return { ...shown, pieces, from: pieces[0]?.from ?? shown.from };
};

/**
 * Follows one run's log. The file is the only source: whatever is told live only says that there is more, and the page
 * reads on from where it is. So there is no hole after a lost connection, and nothing comes twice.
 */
export const createRunLog = (api: Api): RunLog => {
  const shown = signal<ShownLog | undefined>(undefined);
  const failure = signal<unknown>(undefined);
  const above = signal(false);
  let open: number | undefined;
  /** Which time a run is open: what comes for an earlier one is not shown. */
  let visit = 0;
  /** The newest length that was told since the last question. */
  let told = 0;
  let kept = mostKept;
  /** How often in a row it could not be read. */
  let tries = 0;
  let isReading = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes one answer; true when it is not the last. */
  const take = (answer: WireLog): boolean => {
    const { value: has } = shown;
    if ('none' in answer) {
      // A log that is gone stays on the screen it is on.
      if (has === undefined || has.pieces.length === 0) shown.value = { ...nothing, none: answer.none };
      return told > 0;
    }
    if (has !== undefined && answer.size < has.to) {
      shown.value = undefined; // another file: it is read anew
      return true;
    }
    const { from, to, size, text } = answer;
    const before = has === undefined || has.none !== undefined ? { ...nothing, from: to, to } : has;
    const after = text === '' ? before : append(before, answer);
    shown.value = above.value ? after : within(after, kept);
    return told > to || (to > from && to < size);
  };

  const readOn = async (run: number, mine: number): Promise<void> => {
    for (let isMore = true; isMore; ) {
      const { value: has } = shown;
      const from = has === undefined || has.none !== undefined ? undefined : has.to;
      told = 0;
      const answer = await api.get<WireLog>(`runs/${run}/log`, { from });
      if (visit !== mine) return;
      tries = 0;
      failure.value = undefined;
      isMore = take(answer);
    }
  };

  const follow = (run: number): void => {
    if (run !== open) close();
    open = run;
    if (isReading) {
      told = Number.POSITIVE_INFINITY; // what is being read may be older than this question
      return;
    }
    isReading = true;
    clearTimeout(timer);
    const mine = visit;
    const failed = (thrown: unknown): void => {
      if (visit !== mine) return;
      failure.value = thrown;
      if (thrown instanceof Refused && !thrown.again) return;
      timer = setTimeout(follow, againMs * 2 ** Math.min(tries, mostDoubled), run);
      tries += 1;
    };
    void readOn(run, mine)
      .catch(failed)
      .finally(() => {
        isReading = false;
        if (open !== undefined && visit !== mine) follow(open);
      });
  };

  const close = (): void => {
    clearTimeout(timer);
    visit += 1;
    open = undefined;
    kept = mostKept;
    tries = 0;
    failure.value = undefined;
    shown.value = undefined;
  };

  return {
    shown,
    failure,
    above,
    follow,
    close,
    grown(run, size) {
      if (run !== open) return;
      told = size;
      // After a failure it waits for its time.
      if (tries === 0 && size > (shown.value?.to ?? 0)) follow(run);
    },
    async earlier(found) {
      const { value: has } = shown;
      const mine = visit;
      if (open === undefined || has === undefined || has.from === 0) return;
      const answer = await api.get<WireLog>(`runs/${open}/log`, { before: has.from });
      const { value: now } = shown;
      if (visit !== mine || now?.from !== has.from || 'none' in answer) return;
      kept += has.from - answer.from;
      found();
      const pieces = [...inShort(answer), ...now.pieces];
      shown.value = { ...now, pieces, from: answer.from };
    },
  };
};
