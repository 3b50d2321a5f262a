import type { JsonObject } from '#core/json.ts';
import { at, dockerBegin, dockerProbe, inspected, orExit, printed, readFound } from '../docker/engine.ts';
import type { Applied, Apply, FoundDifference, Module, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import { assignPath } from '../state/script.ts';
import type { ImageArgs } from './arguments.ts';

/** What the engine knows of the image, and of the name it is also to have. */
export interface ImageState {
  readonly failed?: string;
  readonly image?: JsonObject;
  readonly other?: JsonObject;
}

const probe = (args: ImageArgs, quote: Quote): string => {
  const path = args.build?.path ?? args.load;
  return [
    dockerProbe(args.engine, quote),
    `look image image ${quote(args.name)}`,
    ...(args.repository === undefined ? [] : [`look other image ${quote(args.repository)}`]),
    ...(path === undefined
      ? []
      : [assignPath('p', path, quote), `[ ${args.build === undefined ? '-r' : '-d'} "$p" ] || echo path=none`]),
    'echo end',
  ].join('\n');
};

const read = (output: Applied, args: ImageArgs): ImageState => {
  const { fields, failed } = readFound(output, args.module);
  const [image, other] = [inspected(fields, 'image'), inspected(fields, 'other')];
  const path = args.build?.path ?? args.load ?? '';
  const needed = image === undefined || args.again;
  const absent = fields.get('path') === 'none' && needed ? `${args.module}: the host has no ${path}.` : undefined;
  const local =
    args.state === 'present' && args.source === 'local' && image === undefined
      ? `Cannot find the image ${args.name} locally.`
      : undefined;
  const why = failed ?? absent ?? local;
  return {
    ...(why !== undefined && { failed: why }),
    ...(image !== undefined && { image }),
    ...(other !== undefined && { other }),
  };
};

const gets = (args: ImageArgs, state: ImageState): boolean =>
  args.source !== 'local' && (state.image === undefined || args.again);

const differencesOf = (args: ImageArgs, state: ImageState): readonly FoundDifference[] => {
  const subject = `image ${args.name}`;
  if (args.state === 'absent')
    return state.image === undefined ? [] : [{ subject, aspect: 'state', before: 'present', after: 'absent' }];
  const how = { pull: 'its newest', build: 'built anew', load: 'loaded anew', local: '' }[args.source];
  const sealed = { sealed: [...(args.build?.words ?? []), args.build?.path ?? ''] };
  const got: FoundDifference =
    state.image === undefined
      ? { subject, aspect: 'state', before: 'absent', after: args.source === 'build' ? 'built' : 'present', ...sealed }
      : { subject, aspect: 'asks', before: false, after: how, reads: true, ...sealed };
  const tagged = args.repository !== undefined && at(state.other, 'Id') !== at(state.image, 'Id');
  return [
    ...(gets(args, state) ? [got] : []),
    ...(args.archive === undefined
      ? []
      : [{ subject: args.archive, aspect: 'archive of', before: null, after: args.name }]),
    ...(tagged || (args.repository !== undefined && gets(args, state))
      ? [
          {
            subject: `image ${args.repository}`,
            aspect: 'is',
            before: state.other === undefined ? 'absent' : 'another',
            after: args.name,
          },
        ]
      : []),
    ...(args.push
      ? [{ subject: `image ${args.repository ?? args.name}`, aspect: 'pushed', before: null, after: true }]
      : []),
  ];
};

const plan = (args: ImageArgs, state: ImageState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const differences = differencesOf(args, state);
  const unknown = differences.some((one) => one.reads === true);
  return { differences, result: { image: state.image ?? {}, actions: [] }, ...(unknown && { unknown }) };
};

const getLines = (args: ImageArgs, quote: Quote): readonly string[] => {
  const name = quote(args.name);
  const platform = args.platform === undefined ? '' : `--platform=${quote(args.platform)} `;
  if (args.source === 'pull') return [orExit(`dk pull --quiet ${platform}${name} >/dev/null`)];
  if (args.build !== undefined) {
    const words = [...args.build.words, `--tag=${args.name}`].map(quote).join(' ');
    return [assignPath('p', args.build.path, quote), orExit(`dk build ${words} -- "$p" 2>&1`)];
  }
  return [
    assignPath('p', args.load ?? '', quote),
    orExit('dk load --quiet --input "$p" >/dev/null'),
    orExit(
      `{ dk image inspect ${name} >/dev/null 2>&1 || { echo "The archive did not contain image ${args.name}" >&2; false; }; }`,
    ),
  ];
};

const marker = 'quarterdeck-docker';

const apply = (args: ImageArgs, state: ImageState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const name = quote(args.name);
  const begin = dockerBegin(args.engine, quote);
  if (args.state === 'absent')
    return { script: `${begin}\n${orExit(`dk image rm${args.force ? ' --force' : ''} -- ${name} >/dev/null`)}` };
  const target = quote(args.repository ?? args.name);
  const lines = [
    begin,
    ...(gets(args, state) ? getLines(args, quote) : []),
    ...(args.repository === undefined ? [] : [orExit(`dk tag ${name} ${target}`)]),
    ...(args.archive === undefined
      ? []
      : [assignPath('a', args.archive, quote), orExit(`dk save --output "$a" ${name}`)]),
    ...(args.push ? [orExit(`dk push --quiet ${target} >/dev/null`)] : []),
    `echo "${marker}"`,
    `dk image inspect ${name}`,
  ];
  return { script: lines.join('\n') };
};

const finish = (args: ImageArgs, state: ImageState, made: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = `${args.module} ${args.name}: ${failureOf(applied)}`;
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  }
  if (args.state === 'absent') return { result: { image: {}, actions: [`Removed image ${args.name}`] }, changed: true };
  const [before = '', after = ''] = applied.stdout.split(`${marker}\n`);
  const image = printed(after) ?? {};
  const got = gets(args, state);
  const verb = { pull: 'Pulled', build: 'Built', load: 'Loaded', local: 'Kept' }[args.source];
  const changed = made.differences.some((one) => one.reads !== true) || image.Id !== state.image?.Id;
  return {
    result: {
      image,
      actions: got ? [`${verb} image ${args.name}`] : [],
      ...(args.build !== undefined && got && { stdout: before }),
    },
    changed,
  };
};

/** What every module of images does with its arguments. */
export const imageRun = { probe, read, plan, apply, finish } satisfies Partial<Module<ImageArgs, ImageState>>;
