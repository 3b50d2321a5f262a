import type { PluginFault } from '#commands/plugins/contract.ts';
import type { Refusal } from '#core/errors.ts';
import { join, type Text } from '#core/text.ts';
import { pluginSettingFaults } from '#settings/plugins.ts';
import type { Settings } from '#settings/schema.ts';

/** Why plugins do not load, every fault of theirs on a line; undefined when all did. */
export function notLoaded(faults: readonly PluginFault[], settings: Settings): Refusal | undefined {
  const [first] = faults;
  return (
    first && {
      ...first.refusal,
      say: join(
        faults.flatMap((fault) => told(fault, settings)),
        '\n',
      ),
    }
  );
}

function told({ plugin, refusal, issue }: PluginFault, settings: Settings): readonly Text[] {
  if (!issue) return [refusal.say];
  const faults = pluginSettingFaults(settings, new Map(), [{ plugin, ...issue }]);
  return faults.map(({ message, hint }) => (hint === undefined ? message : join([message, hint], ' ')));
}
