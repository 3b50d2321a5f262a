import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Language } from '#core/text.ts';
import type { WireEvents, WireSession } from '../../protocol.ts';
import { type Api, createApi, Refused } from '../net/api.ts';
import { createLink, type Link } from '../net/link.ts';
import { spokenText } from '../words/spoken.ts';
import { type Times, timesIn } from '../words/times.ts';
import { type Words, wordsOf } from '../words/words.ts';
import { browserMemory, type Memory } from './memory.ts';
import { createMessages, type Messages } from './messages.ts';
import { otherPages } from './other-pages.ts';
import { addressOf, followPlace, type Place } from './place.ts';
import { createRuns, type Runs } from './runs.ts';
import { createSpeaking, listAt, type Speaking } from './speaking.ts';
import { createTaps, type Taps } from './taps.ts';
import { createUnsent, type Unsent } from './unsent.ts';

/** Everything the page knows and can do. Made once, handed to every part. */
export interface Deck {
  readonly api: Api;
  readonly memory: Memory;
  /** `asking`: not known yet; undefined: nobody is signed in. */
  readonly session: Signal<WireSession | 'asking' | undefined>;
  readonly language: Signal<Language>;
  readonly words: ReadonlySignal<Words>;
  readonly times: ReadonlySignal<Times>;
  readonly place: ReadonlySignal<Place>;
  /** The channel on screen, or the one that was. */
  readonly channel: ReadonlySignal<string>;
  readonly messages: Messages;
  readonly runs: Runs;
  readonly link: Link;
  readonly unsent: Signal<Unsent | undefined>;
  readonly taps: Taps;
  /** The id of the person's newest tap that a new message answers. */
  readonly tapped: Signal<number>;
  /** How often the live connection was opened: with every new one, what could not be read is read. */
  readonly connections: Signal<number>;
  /** Said to screen readers. */
  readonly spoken: Signal<string>;
  enter(): Promise<void>;
  leave(): Promise<void>;
  speakLanguage(language: Language): void;
  go(place: Place): void;
}

const firstLanguage = (memory: Memory): Language => {
  const chosen = memory.get('language') ?? navigator.language;
  return chosen.toLowerCase().startsWith('fr') ? 'fr' : 'en';
};

/** What a stream's events do. */
const listenTo = (
  deck: Pick<Deck, 'messages' | 'runs' | 'unsent' | 'connections'> & { readonly speaking: Speaking },
  moveTo: (changed: number) => void,
) =>
  function hear<N extends keyof WireEvents>(name: N, data: WireEvents[N]): void {
    const hearing: { [K in keyof WireEvents]: (data: WireEvents[K]) => void } = {
      hello: (hello) => {
        moveTo(hello.changed);
        deck.connections.value += 1;
        deck.unsent.value?.flush();
        void refresh(deck);
      },
      message: (message) => {
        moveTo(message.changed);
        deck.speaking.hear(message);
        deck.messages.apply(message);
        deck.unsent.value?.settle(message);
      },
      order: () => undefined,
      run: deck.runs.applyRun,
      step: deck.runs.applyStep,
      log: ({ runId, size }) => deck.runs.log.grown(runId, size),
      gap: () => void refresh(deck),
      reset: deck.messages.doubt,
      displaced: () => undefined,
    };
    hearing[name]?.(data);
  };

const refreshAgainMs = 4000;
let refreshTimer: ReturnType<typeof setTimeout> | undefined;

/** Runs have no event id: after a gap what is shown is read again, and again until that was answered. */
const refresh = async ({ runs }: Pick<Deck, 'runs'>): Promise<void> => {
  clearTimeout(refreshTimer); // whatever asked for it, it is one try
  try {
    if (runs.loaded.value) await runs.load();
    if (runs.open.value !== undefined) await runs.show(runs.open.value.id);
  } catch (thrown) {
    if (thrown instanceof Refused && !thrown.again) return; // no more to be seen, or signed out
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(() => void refresh({ runs }), refreshAgainMs);
  }
};

export const createDeck = (): Deck => {
  const memory = browserMemory();
  const session = signal<WireSession | 'asking' | undefined>('asking');
  const language = signal<Language>(firstLanguage(memory));
  const words = computed(() => wordsOf(language.value));
  const present = computed(() => (typeof session.value === 'object' ? session.value : undefined));
  const times = computed(() => timesIn(language.value, present.value?.actor.timeZone));
  const { place, settle } = followPlace();
  const last = signal(memory.get('channel') ?? '');
  const channel = computed(() => {
    const channels = present.value?.channels ?? [];
    const wanted = (place.value.at === 'channel' ? place.value.channel : undefined) ?? last.value;
    return channels.find(({ name }) => name === wanted)?.name ?? channels[0]?.name ?? '';
  });
  let changed = 0;
  let actor: string | undefined;
  const unsent = signal<Unsent | undefined>(undefined);
  const api = createApi({
    language: () => language.value,
    actor: () => actor,
    otherActor: () => location.reload(),
    signedOut: () => {
      link.stop();
      unsent.value?.stop();
      session.value = undefined;
    },
    unanswered: () => link.doubt(),
  });
  const isWatched = (name: string): boolean =>
    place.value.at === 'channel' && channel.value === name && document.visibilityState === 'visible';
  const messages = createMessages(api, memory, isWatched);
  const runs = createRuns(api);
  const spoken = signal('');
  const speaking = createSpeaking({
    spoken,
    listOf: listAt(messages, isWatched),
    inWords: (message) => spokenText(message, language.value),
    counted: (count) => words.value.jump(count),
  });
  const connections = signal(0);
  const watchedRun = computed(() => (place.value.at === 'run' ? place.value.run : undefined));
  const link = createLink({
    api,
    query: () => `since=${changed}${watchedRun.value === undefined ? '' : `&run=${watchedRun.value}`}`,
    hear: listenTo({ messages, runs, unsent, connections, speaking }, (to) => {
      changed = to;
    }),
  });

  const others = otherPages((signedIn) => {
    if (actor !== undefined && signedIn !== actor) location.reload();
  });
  effect(() => {
    document.documentElement.lang = language.value;
  });
  effect(() => {
    const name = channel.value;
    if (name === '') return;
    last.value = name;
    memory.set('channel', name);
    // The address names the channel, so that “back” finds it again.
    if (place.value.at === 'channel' && place.value.channel !== name) settle({ at: 'channel', channel: name });
  });
  let watching = watchedRun.value;
  effect(() => {
    if (watchedRun.value === watching) return;
    watching = watchedRun.value;
    if (link.state.peek() !== 'displaced') link.renew();
  });

  const enter = async (): Promise<void> => {
    // Nothing that was read or typed by whoever was here before is left in the page.
    if (unsent.value !== undefined) return location.reload();
    const found = await api.get<WireSession>('session');
    changed = found.changed;
    const chosen = memory.get('language');
    if (chosen === undefined && found.actor.language !== undefined) language.value = found.actor.language;
    actor = found.actor.id;
    others.tell(actor);
    unsent.value = createUnsent(api, memory, actor, messages.apply);
    session.value = found;
    link.start();
  };

  return {
    api,
    memory,
    session,
    language,
    words,
    times,
    place,
    channel,
    messages,
    runs,
    link,
    unsent,
    connections,
    taps: createTaps(),
    tapped: signal(0),
    spoken,
    enter,
    async leave() {
      await api.post('logout', {});
      link.stop();
      location.assign('/');
    },
    speakLanguage(chosen) {
      memory.set('language', chosen);
      language.value = chosen;
    },
    go(to) {
      location.hash = addressOf(to);
    },
  };
};
