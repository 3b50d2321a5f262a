import { t } from '#core/text.ts';
import type { SettingsFault } from './faults.ts';
import type { Shaped } from './shape.ts';

/** What environment variables say over the file: `QUARTERDECK_PORT`. (`QUARTERDECK_DATA` is a path: see `paths.ts`.) */
export function withEnvironment(env: NodeJS.ProcessEnv): {
  readonly faults: readonly SettingsFault[];
  apply(shaped: Shaped): Shaped;
} {
  const text = env.QUARTERDECK_PORT ?? '';
  if (text === '') return { faults: [], apply: (shaped) => shaped };
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) return { faults: [wrongPort(text)], apply: (shaped) => shaped };
  return { faults: [], apply: (shaped) => ({ ...shaped, server: { ...shaped.server, port } }) };
}

const wrongPort = (text: string): SettingsFault => ({
  file: 'QUARTERDECK_PORT',
  line: 0,
  column: 0,
  code: 'settings.wrong_value',
  path: 'server.port',
  message: t(
    `must be a port from 0 to 65535, not "${text.slice(0, 60)}".`,
    `doit être un port de 0 à 65535, pas « ${text.slice(0, 60)} ».`,
  ),
});
