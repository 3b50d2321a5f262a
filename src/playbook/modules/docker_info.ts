import type { Json, JsonObject } from '#core/json.ts';
import { dockerProbe, type Engine, engineArguments, engineOf, inspected, readFound, textOf } from './docker/engine.ts';
import type { FoundDifference, Module, ModuleArg } from './module.ts';
import { wrong } from './state/wrong.ts';

interface InfoArgs {
  readonly engine: Engine;
  readonly names: readonly string[];
  /** Nothing is named: all there are. */
  readonly all: boolean;
}

interface InfoState {
  readonly failed?: string;
  readonly found: readonly JsonObject[];
}

const nothing: readonly FoundDifference[] = [];

const checked = (module: string, name: string): string => {
  if (name !== '' && !name.startsWith('-') && !/\s/.test(name)) return name;
  throw wrong(
    `${module}: “${name}” is not a name Docker takes.`,
    `${module} : « ${name} » n’est pas un nom que Docker accepte.`,
  );
};

/* Of images whose names nobody gave, each is asked for by its id. */
const eachImage = `for id in $(dk image ls --quiet --no-trunc 2>/dev/null | sort -u); do n=$((n+1)); look "$n" image "$id"; done; echo "n=$n"`;

const infoModule = (
  name: string,
  kind: string,
  args: Readonly<Record<string, ModuleArg>>,
  told: (found: readonly JsonObject[]) => JsonObject,
): Module<InfoArgs, InfoState> => ({
  name,
  args: { ...engineArguments, ...args },
  freeForm: 'kv',
  prepare: (given) => {
    const names = (Array.isArray(given.name) ? given.name : given.name === undefined ? [] : [given.name]) as Json[];
    return {
      engine: engineOf(given),
      names: names.map((one) => checked(name, textOf(one))),
      all: given.name === undefined,
    };
  },
  probe: ({ engine, names, all }, quote) =>
    [
      dockerProbe(engine, quote),
      ...(all ? ['n=0', 'look 0 image ""', eachImage] : names.map((one, at) => `look ${at} ${kind} ${quote(one)}`)),
      'echo end',
    ].join('\n'),
  read: (output, { names, all }) => {
    const { fields, failed } = readFound(output, name);
    const most = all ? (fields.number('n') ?? 0) + 1 : names.length;
    const found = Array.from({ length: most }, (_, at) => inspected(fields, String(at)));
    return { found: found.filter((one) => one !== undefined), ...(failed !== undefined && { failed }) };
  },
  subjects: ({ names }) => names.map((one) => `${kind} ${one}`),
  plan: (_args, { failed, found }) =>
    failed === undefined
      ? { differences: nothing, result: told(found) }
      : { differences: nothing, result: { msg: failed }, failed },
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
});

const one = (key: string) => (found: readonly JsonObject[]) => ({ exists: found.length > 0, [key]: found[0] ?? null });

/** What Docker knows of a container. */
export const dockerContainerInfo = infoModule(
  'docker_container_info',
  'container',
  { name: { type: 'str', required: true } },
  one('container'),
);

/** What Docker knows of a network. */
export const dockerNetworkInfo = infoModule(
  'docker_network_info',
  'network',
  { name: { type: 'str', required: true } },
  one('network'),
);

/** What Docker knows of a volume. */
export const dockerVolumeInfo = infoModule(
  'docker_volume_info',
  'volume',
  { name: { type: 'str', required: true, aliases: ['volume_name'] } },
  one('volume'),
);

/** What Docker knows of some images, or of all it has. */
export const dockerImageInfo = infoModule('docker_image_info', 'image', { name: { type: 'list' } }, (found) => ({
  images: [...found],
}));
