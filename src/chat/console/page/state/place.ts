import { type ReadonlySignal, signal } from '@preact/signals';

/** Where in the page the person is; it is in the address, so that back, forward and links work. */
export type Place =
  | { readonly at: 'channel'; readonly channel?: string; readonly thread?: string }
  | { readonly at: 'runs' }
  | { readonly at: 'run'; readonly run: number }
  | { readonly at: 'audit' };

const decode = (part: string | undefined): string | undefined => {
  try {
    return part === undefined || part === '' ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
};

/** The place an address names; the first channel when it names none. */
export const placeOf = (hash: string): Place => {
  const [kind, first, , third] = hash.replace(/^#\/?/, '').split('/');
  if (kind === 'audit') return { at: 'audit' };
  if (kind === 'runs') return /^\d+$/.test(first ?? '') ? { at: 'run', run: Number(first) } : { at: 'runs' };
  const channel = kind === 'c' ? decode(first) : undefined;
  const thread = decode(third);
  return {
    at: 'channel',
    ...(channel === undefined ? {} : { channel }),
    ...(thread === undefined ? {} : { thread }),
  };
};

/** The address of a place. */
export const addressOf = (place: Place): string => {
  if (place.at === 'audit') return '#/audit';
  if (place.at === 'runs') return '#/runs';
  if (place.at === 'run') return `#/runs/${place.run}`;
  if (place.channel === undefined) return '#/';
  const channel = `#/c/${encodeURIComponent(place.channel)}`;
  return place.thread === undefined ? channel : `${channel}/t/${encodeURIComponent(place.thread)}`;
};

/** The present place, followed as the address changes; `settle` names it better without a step back to the old name. */
export const followPlace = (): { readonly place: ReadonlySignal<Place>; settle(place: Place): void } => {
  const place = signal(placeOf(location.hash));
  window.addEventListener('hashchange', () => {
    place.value = placeOf(location.hash);
  });
  return {
    place,
    settle(to) {
      history.replaceState(null, '', addressOf(to));
      place.value = to;
    },
  };
};
