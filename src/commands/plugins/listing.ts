import type { PluginHost } from './contract.ts';
import type { Generation } from './generation.ts';
import type { ListWish } from './protocol.ts';

/** Who types waits no longer; what was listed a moment ago is listed still. */
const patienceMs = 1_500;
const freshMs = 10_000;
const most = 500;

/** Asks the providers what they know, at most once in a while: somebody types a line letter by letter. */
export function createListing(current: () => Promise<Generation | undefined>): PluginHost['listed'] {
  const known = new Map<string, { readonly until: number; readonly names: Promise<readonly string[]> }>();

  const ask = async (wish: ListWish): Promise<readonly string[]> => {
    const patience = AbortSignal.timeout(patienceMs);
    const over = Promise.withResolvers<undefined>();
    patience.addEventListener('abort', () => over.resolve(undefined), { once: true });
    const generation = await Promise.race([current(), over.promise]);
    const asked = generation?.isolate.channel.call('list', wish, patience).catch(() => undefined);
    const names = await Promise.race([asked, over.promise]);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string' && name !== '').slice(0, most) : [];
  };

  return (what, target) => {
    const now = performance.now();
    for (const [key, { until }] of known) if (until < now) known.delete(key);
    const key = JSON.stringify([what, target]);
    const names = known.get(key)?.names ?? ask({ what, ...(target === undefined ? {} : { target }) });
    if (!known.has(key)) known.set(key, { until: now + freshMs, names });
    return names;
  };
}
