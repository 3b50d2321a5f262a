import type { Settings } from '#settings/schema.ts';
import { wantsDemo } from './demo.ts';
import type { Loaded } from './edges.ts';

type Needing = Pick<Settings, 'data' | 'server' | 'plugins'>;

/** What is read once, at the start. */
const readOnce: readonly (readonly [key: string, of: (settings: Needing) => unknown])[] = [
  ['data', ({ data }) => data],
  ['server.host', ({ server }) => server.host],
  ['server.port', ({ server }) => server.port],
  ['server.url', ({ server }) => server.url],
  ['plugins.folders', ({ plugins }) => plugins.folders],
  ['plugins.seconds', ({ plugins }) => plugins.seconds],
];

/** The keys whose values in `fresh` are not those the bot was started with: they are in force only after a restart. */
export function afterRestartOf(started: Loaded, fresh: Loaded): readonly string[] {
  const changed = readOnce.filter(
    ([, of]) => JSON.stringify(of(started.settings)) !== JSON.stringify(of(fresh.settings)),
  );
  const [was, is] = [started, fresh].map(({ settings, configured }) => wantsDemo(settings, configured));
  return [...changed.map(([key]) => key), ...(was === is ? [] : ['harbour'])];
}
