import type { JsonObject } from '#core/json.ts';
import {
  dockerBegin,
  dockerProbe,
  type Engine,
  engineArguments,
  engineOf,
  inspected,
  isObject,
  orExit,
  printed,
  readFound,
  textOf,
  textsOf,
} from './docker/engine.ts';
import type { Apply, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import { failureOf } from './state/fields.ts';
import { wrong } from './state/wrong.ts';

type Texts = Readonly<Record<string, string>>;

interface VolumeArgs {
  readonly engine: Engine;
  readonly name: string;
  readonly absent: boolean;
  readonly driver: string;
  readonly options: Texts;
  readonly labels?: Texts;
  readonly recreate: string;
}

interface VolumeState {
  readonly failed?: string;
  readonly volume?: JsonObject;
}

const lacks = (present: Texts, wanted: Texts): boolean =>
  Object.entries(wanted).some(([name, value]) => present[name] !== value);

const otherwise = (args: VolumeArgs, volume: JsonObject): readonly FoundDifference[] => {
  const subject = `volume ${args.name}`;
  const [options, labels] = [textsOf(volume.Options), textsOf(volume.Labels)];
  return [
    ...(volume.Driver === args.driver
      ? []
      : [{ subject, aspect: 'driver', before: volume.Driver ?? null, after: args.driver }]),
    ...(lacks(options, args.options)
      ? [{ subject, aspect: 'driver_options', before: options, after: args.options }]
      : []),
    ...(args.labels !== undefined && lacks(labels, args.labels)
      ? [{ subject, aspect: 'labels', before: labels, after: args.labels }]
      : []),
  ];
};

const differencesOf = (args: VolumeArgs, { volume }: VolumeState): readonly FoundDifference[] => {
  const state = { subject: `volume ${args.name}`, aspect: 'state' };
  if (args.absent) return volume === undefined ? [] : [{ ...state, before: 'present', after: 'absent' }];
  if (volume === undefined)
    return [{ ...state, before: 'absent', after: 'present', sealed: [args.driver, args.options, args.labels ?? {}] }];
  if (args.recreate === 'never') return [];
  const why = otherwise(args, volume);
  if (args.recreate === 'options-changed' && why.length === 0) return [];
  return [...why, { ...state, before: 'present', after: 'created anew' }];
};

const plan = (args: VolumeArgs, state: VolumeState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  return { differences: differencesOf(args, state), result: args.absent ? {} : { volume: state.volume ?? {} } };
};

const apply = (args: VolumeArgs, { volume }: VolumeState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const name = quote(args.name);
  const words = [
    `--driver=${args.driver}`,
    ...Object.entries(args.options).map(([key, value]) => `--opt=${key}=${value}`),
    ...Object.entries(args.labels ?? {}).map(([key, value]) => `--label=${key}=${value}`),
  ];
  const script = [
    dockerBegin(args.engine, quote),
    ...(volume === undefined ? [] : [orExit(`dk volume rm -- ${name} >/dev/null`)]),
    ...(args.absent
      ? []
      : [orExit(`dk volume create ${words.map(quote).join(' ')} -- ${name} >/dev/null`), `dk volume inspect ${name}`]),
  ];
  return { script: script.join('\n') };
};

/** A volume of Docker: there, as it is wanted, or gone with everything in it. */
export const dockerVolume: Module<VolumeArgs, VolumeState> = {
  name: 'docker_volume',
  args: {
    ...engineArguments,
    volume_name: { type: 'str', required: true, aliases: ['name'] },
    state: { type: 'str', default: 'present', choices: ['present', 'absent'] },
    driver: { type: 'str', default: 'local' },
    driver_options: { type: 'dict', default: {} },
    labels: { type: 'dict' },
    recreate: { type: 'str', default: 'never', choices: ['always', 'never', 'options-changed'] },
  },
  freeForm: 'kv',
  prepare: (args) => {
    const name = textOf(args.volume_name ?? '');
    if (!/^[a-zA-Z0-9][\w.-]*$/.test(name))
      throw wrong(
        `docker_volume: “${name}” is not a volume's name.`,
        `docker_volume : « ${name} » n’est pas un nom de volume.`,
      );
    return {
      engine: engineOf(args),
      name,
      absent: args.state === 'absent',
      driver: textOf(args.driver ?? 'local'),
      options: textsOf(args.driver_options),
      ...(isObject(args.labels) && { labels: textsOf(args.labels) }),
      recreate: textOf(args.recreate ?? 'never'),
    };
  },
  probe: (args, quote) =>
    [dockerProbe(args.engine, quote), `look volume volume ${quote(args.name)}`, 'echo end'].join('\n'),
  read: (output) => {
    const { fields, failed } = readFound(output, 'docker_volume');
    const volume = inspected(fields, 'volume');
    return { ...(failed !== undefined && { failed }), ...(volume !== undefined && { volume }) };
  },
  plan,
  apply,
  finish: (args, _state, made, applied) => {
    if (applied.code === 0)
      return { result: args.absent ? {} : { volume: printed(applied.stdout) ?? {} }, changed: true };
    const msg = `docker_volume ${args.name}: ${failureOf({ ...applied, stdout: '' })}`;
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  },
};
