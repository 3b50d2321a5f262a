import { folderDifferences, makeFolders } from './edit/edit.ts';
import { type HtpasswdArgs, htpasswdArguments, ownHash, prepareHtpasswd, schemes } from './htpasswd/arguments.ts';
import { aroundHash, withoutName } from './htpasswd/lines.ts';
import { type HtpasswdState, probeHtpasswd, readHtpasswd } from './htpasswd/probe.ts';
import type {
  Applied,
  Apply,
  ApplyContent,
  FoundDifference,
  Module,
  ModulePlan,
  ModuleResult,
  Quote,
} from './module.ts';
import { type Place, type Placement, placeAttributes, putLines, targetOf } from './place/placement.ts';
import { setAttributes } from './state/attributes.ts';
import { whyUnread } from './state/bytes.ts';
import { failureOf } from './state/fields.ts';
import { toolPath } from './state/tools.ts';

/** The file as placements see it; one whose content is not known here, for the hash in it is made on the host. */
const placeOf = ({ place }: HtpasswdState): Place =>
  place.look.type === 'link' && place.led.type === 'absent'
    ? { ...place, path: place.real, look: place.led }
    : { ...place, sum: '' };

const placementOf = ({ attributes }: HtpasswdArgs): Placement => ({
  content: Buffer.alloc(0),
  attributes,
  follow: true,
  force: true,
});

const tools: Readonly<Record<string, string>> = {
  openssl: 'Install the package openssl, 1.1.1 or newer, there.',
  htpasswd: 'Install the package apache2-utils (Debian) or httpd-tools (Red Hat) there.',
};

const noTool = ({ scheme }: HtpasswdArgs): string => {
  const [tool = ''] = (schemes[scheme] ?? '').split(' ');
  return `htpasswd: the host has no ${tool} that makes ${scheme}. ${tools[tool] ?? ''}`;
};

/** Why nothing can be done with the file. */
const obstacle = (args: HtpasswdArgs, state: HtpasswdState): string | undefined => {
  const place = placeOf(state);
  const { path, look } = targetOf(placementOf(args), place);
  const folder = path.replace(/\/[^/]*$/, '') || '/';
  if (look.type === 'directory' || look.type === 'other') return `${path} is not a regular file`;
  if (look.type === 'absent' && state.parent === 'other') return `Destination directory ${folder} is not a directory`;
  return whyUnread(state.file, path) ?? state.identities.failed;
};

/** Why the password cannot be seen to. */
const passwordObstacle = (args: HtpasswdArgs, state: HtpasswdState): string | undefined => {
  if (!args.present) return undefined;
  if (state.text === undefined && !args.create) return `Destination ${args.path} does not exist`;
  if (state.password === 'uncheckable')
    return `htpasswd: the host has nothing to check the password of ${args.shownName} with. Install the packages openssl and apache2-utils there.`;
  if (state.password === 'right') return undefined;
  if (args.password === undefined) return `password is required: ${args.shownName} is not in ${args.path}`;
  return state.able ? undefined : noTool(args);
};

const writes = (args: HtpasswdArgs, { password }: HtpasswdState): boolean =>
  args.present ? password !== 'right' : password !== 'absent';

const messageOf = (args: HtpasswdArgs, state: HtpasswdState): string => {
  const { shownName: name, path } = args;
  const change = writes(args, state);
  if (!args.present) return change ? `Remove ${name}` : `${name} not present`;
  if (!change) return `${name} already present`;
  return state.text === undefined ? `Created ${path} and added ${name}` : `Add/update ${name}`;
};

const contentDifferences = (args: HtpasswdArgs, state: HtpasswdState): readonly FoundDifference[] => {
  if (!writes(args, state)) return [];
  const { path } = targetOf(placementOf(args), placeOf(state));
  const one = { subject: path, aspect: `password of ${args.shownName}` };
  if (!args.present) return [{ ...one, before: 'set', after: 'absent' }];
  const before = state.password === 'absent' ? 'absent' : 'another';
  return [
    ...folderDifferences(state),
    ...(state.text === undefined ? [{ subject: path, aspect: 'state', before: 'absent', after: 'file' }] : []),
    { ...one, before, after: `set, as ${args.scheme}`, sealed: args.password ?? '' },
  ];
};

const plan = (args: HtpasswdArgs, state: HtpasswdState): ModulePlan => {
  const msg = obstacle(args, state) ?? passwordObstacle(args, state);
  if (msg !== undefined) return { differences: [], result: { msg }, failed: msg };
  const said = messageOf(args, state);
  if (!args.present && state.text === undefined) return { differences: [], result: { msg: said } };
  const { differences } = placeAttributes(placementOf(args), placeOf(state), state.identities);
  return {
    differences: [...contentDifferences(args, state), ...differences],
    result: { msg: said },
  };
};

interface Writing {
  readonly lines: readonly string[];
  readonly from: string;
  readonly contents: readonly ApplyContent[];
}

/** What the file is put together from; a hash that the host makes takes the place of the password it is made from. */
const writingOf = (args: HtpasswdArgs, { text = '' }: HtpasswdState): Writing => {
  const bytes = (name: string, content: string): ApplyContent => ({ name, content: Buffer.from(content, 'latin1') });
  if (!args.present) return { lines: [], from: '"$REST"', contents: [bytes('REST', withoutName(text, args.name))] };
  const { before, after } = aroundHash(text, args.name);
  const [tool, password] = [schemes[args.scheme], args.password ?? ''];
  const secret = tool === undefined ? ownHash(password, args.scheme) : `${password}\n`;
  return {
    lines:
      tool === undefined
        ? []
        : [
            `h=$(${tool} <"$SECRET") && h=\${h#x:} && [ -n "$h" ] || { echo "${tool} failed" >&2; exit 1; }`,
            'printf %s "$h" >"$SECRET" || exit 1',
          ],
    from: '"$BEFORE" "$SECRET" "$AFTER"',
    contents: [bytes('BEFORE', before), { name: 'SECRET', content: Buffer.from(secret) }, bytes('AFTER', after)],
  };
};

const apply = (args: HtpasswdArgs, state: HtpasswdState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const place = placeOf(state);
  if (!writes(args, state)) {
    const change = placeAttributes(placementOf(args), place, state.identities);
    return { script: setAttributes(quote(targetOf(placementOf(args), place).path), change).join('\n') };
  }
  const { lines, from, contents } = writingOf(args, state);
  const putting = { from, overwrite: args.overwrite };
  return {
    script: [
      toolPath,
      ...lines,
      ...makeFolders(state, quote),
      ...putLines(placementOf(args), place, state.identities, putting, quote),
    ].join('\n'),
    contents,
  };
};

const finish = (made: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code === 0) return { result: made.result, changed: true };
  const msg = failureOf(applied);
  return { result: { ...made.result, msg }, changed: false, failed: msg };
};

/** A name and its password in a file for Apache or nginx. */
export const htpasswd: Module<HtpasswdArgs, HtpasswdState> = {
  name: 'htpasswd',
  args: htpasswdArguments,
  freeForm: 'kv',
  prepare: prepareHtpasswd,
  probe: probeHtpasswd,
  read: readHtpasswd,
  plan,
  apply,
  finish: (_args, _state, made, applied) => finish(made, applied),
};
