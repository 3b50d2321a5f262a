import { format } from 'node:util';
import type { JsonObject } from '#core/json.ts';
import type { Log } from '#core/log.ts';
import type { Logged } from '../protocol.ts';

const longest = 16 * 1024;
/** A plugin that logs in a loop must not drown the bot: so many lines a second, the rest is only counted. */
const linesASecond = 200;

/** A plugin's logger by the plugin's name; all loggers of one plugin share its allowance. */
export function createLogs(tell: (line: Logged) => void): (plugin: string) => Log {
  const gates = new Map<string, (line: Logged) => void>();
  return (plugin) => {
    const gate = gates.get(plugin) ?? limited(tell);
    gates.set(plugin, gate);
    return pluginLog(plugin, gate, {});
  };
}

/** What a plugin says crosses to the bot's log under the plugin's name, cut to size. */
function pluginLog(plugin: string, tell: (line: Logged) => void, bound: object): Log {
  const at = (level: Logged['level']) => (fields: object, message: string) =>
    tell({ plugin, level, fields: plain({ ...bound, ...fields }), message: String(message).slice(0, 4_000) });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => pluginLog(plugin, tell, { ...bound, ...fields }),
  };
}

function limited(tell: (line: Logged) => void): (line: Logged) => void {
  let second = 0;
  let said = 0;
  let dropped = 0;
  return (line) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      if (dropped > 0)
        tell({ ...line, level: 'warn', fields: { dropped }, message: 'lines of this plugin were dropped' });
      second = now;
      said = 0;
      dropped = 0;
    }
    said += 1;
    if (said <= linesASecond) tell(line);
    else dropped += 1;
  };
}

/** Fields as JSON: errors as their stack, anything that JSON cannot say left out. */
function plain(fields: object): JsonObject {
  try {
    const text = JSON.stringify(fields, (_key, value) => {
      if (value instanceof Error) return String(value.stack ?? value.message);
      return typeof value === 'bigint' ? String(value) : value;
    });
    if (text.length <= longest) return JSON.parse(text);
    return { cut: text.slice(0, longest) };
  } catch (thrown) {
    return { unreadable: String(thrown) };
  }
}

/** Sends `console.log` and its like to the logger of whichever plugin is talking. */
export function captureConsole(console: Console, current: () => Log): void {
  const levels = {
    log: 'info',
    info: 'info',
    dir: 'info',
    debug: 'debug',
    trace: 'debug',
    warn: 'warn',
    error: 'error',
  };
  for (const [name, level] of Object.entries(levels))
    Object.assign(console, {
      [name]: (...said: unknown[]) => current()[level as Logged['level']]({ console: true }, format(...said)),
    });
}
