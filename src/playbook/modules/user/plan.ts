import type { Json, JsonObject } from '#core/json.ts';
import { missingTool } from '../account/names.ts';
import type { FoundDifference, ModulePlan } from '../module.ts';
import type { UserArgs } from './arguments.ts';
import type { Account, KeyState, UserState } from './probe.ts';

/** A group by its name or number, as Ansible looks it up. */
export const groupNamed = (
  state: UserState,
  group: string,
): { readonly name: string; readonly gid: number } | undefined => {
  if (/^\d+$/.test(group)) {
    const found = [...state.groups].find(([, { gid }]) => gid === Number(group));
    if (found !== undefined) return { name: found[0], gid: found[1].gid };
  }
  const named = state.groups.get(group);
  return named && { name: group, gid: named.gid };
};

/** The groups the account is named in, sorted. */
const membershipOf = (args: UserArgs, state: UserState): readonly string[] =>
  [...state.groups]
    .filter(([, { members }]) => members.includes(args.name))
    .map(([name]) => name)
    .toSorted();

/** The names of the wanted groups; of those that exist. */
export const wantedGroups = (args: UserArgs, state: UserState): readonly string[] =>
  (args.groups ?? []).flatMap((group) => groupNamed(state, group)?.name ?? []);

/** The groups it will be named in; undefined when that is no change. */
export const newGroups = (args: UserArgs, state: UserState): readonly string[] | undefined => {
  if (args.groups === undefined) return undefined;
  const wanted = wantedGroups(args, state);
  const now = state.account === undefined ? [] : membershipOf(args, state);
  const after = [...new Set(args.append ? [...now, ...wanted] : wanted)].toSorted();
  return after.join(',') === now.join(',') ? undefined : after;
};

/** Where the key's file is, or will be. */
export const keyFile = (args: UserArgs, state: UserState): string => {
  const file = args.key?.file ?? '';
  return file.startsWith('/') ? file : `${homeOf(args, state).replace(/\/$/, '')}/${file}`;
};

/** The home it has, or will have. */
export const homeOf = (args: UserArgs, state: UserState): string =>
  args.home ?? state.account?.home ?? `${state.base}/${args.name}`;

const passwordWord = (hash: string): string => {
  if (hash === '') return 'none';
  return hash.startsWith('!') ? 'locked' : 'set';
};

/** Ansible compares without the mark of a locked account. */
const unmarked = (hash: string): string => hash.replace(/^!+/, '');

/** The new hash is another than what is there. */
export const newPassword = (args: UserArgs, state: UserState): boolean => {
  if (args.password === undefined) return false;
  if (state.account === undefined) return true;
  return args.updatePassword && unmarked(state.password) !== unmarked(args.password);
};

/** The account is to be locked or opened, its password staying what it is. */
export const newLock = (args: UserArgs, state: UserState): boolean =>
  args.lock !== undefined && !newPassword(args, state) && args.lock !== state.password.startsWith('!');

/** The key pair is to be made: never over an old one unless forced. */
export const newKey = (args: UserArgs, { key }: UserState): boolean =>
  args.key !== undefined && (args.force || (!key.there && !key.publicThere));

type Aspects = readonly (readonly [aspect: string, before: Json, after: Json | undefined])[];

const aspectsOf = (args: UserArgs, state: UserState): Aspects => {
  const account: Partial<Account> = state.account ?? {};
  const nameOfGroup = (gid: number | undefined): Json =>
    [...state.groups].find(([, group]) => group.gid === gid)?.[0] ?? gid ?? null;
  const group = args.group === undefined ? undefined : groupNamed(state, args.group);
  const groups = newGroups(args, state);
  return [
    ['uid', account.uid ?? null, args.uid],
    ['group', nameOfGroup(account.gid), group?.gid === account.gid ? undefined : group?.name],
    [
      'groups',
      state.account === undefined ? null : membershipOf(args, state).join(','),
      groups === undefined ? undefined : groups.join(','),
    ],
    ['comment', account.comment ?? null, args.comment],
    ['home', account.home ?? null, args.home],
    ['shell', account.shell ?? null, args.shell],
    ['expires', state.account === undefined ? -1 : state.expires, args.expires],
    ['password maximum days', state.maxDays ?? null, args.maxDays],
    ['password minimum days', state.minDays ?? null, args.minDays],
  ];
};

const changedAspects = (args: UserArgs, state: UserState): readonly FoundDifference[] =>
  aspectsOf(args, state).flatMap(([aspect, before, after]) =>
    after === undefined || after === before ? [] : [{ subject: `user ${args.name}`, aspect, before, after }],
  );

const secretAspects = (args: UserArgs, state: UserState): readonly FoundDifference[] => {
  const subject = `user ${args.name}`;
  if (newPassword(args, state)) {
    const before = state.account === undefined ? null : passwordWord(state.password);
    const after = args.lock === true ? 'locked' : 'set';
    return [
      { subject, aspect: 'password', before, after: before === after ? 'another' : after, sealed: args.password ?? '' },
    ];
  }
  if (!newLock(args, state)) return [];
  return [{ subject, aspect: 'password', before: passwordWord(state.password), after: args.lock ? 'locked' : 'set' }];
};

const filesOf = (args: UserArgs, state: UserState): readonly FoundDifference[] => {
  const home = homeOf(args, state);
  const homeWanted = args.createHome && !state.homeThere;
  /* A system account gets a home only where it is asked for; useradd -m does that. */
  const made: readonly FoundDifference[] = homeWanted
    ? [{ subject: home, aspect: 'state', before: 'absent', after: 'directory' }]
    : [];
  if (!newKey(args, state)) return made;
  const file = keyFile(args, state);
  return [
    ...made,
    { subject: file, aspect: 'key', before: state.key.there ? 'another' : null, after: args.key?.type ?? '' },
  ];
};

const differencesOf = (args: UserArgs, state: UserState): readonly FoundDifference[] => {
  const subject = `user ${args.name}`;
  if (!args.present) {
    if (state.account === undefined) return [];
    const gone: FoundDifference = { subject, aspect: 'state', before: 'present', after: 'absent' };
    const home: FoundDifference = {
      subject: state.account.home,
      aspect: 'state',
      before: 'directory',
      after: 'absent',
    };
    return [gone, ...(args.remove && state.homeThere ? [home] : [])];
  }
  const made: readonly FoundDifference[] =
    state.account === undefined ? [{ subject, aspect: 'state', before: 'absent', after: 'present' }] : [];
  return [...made, ...changedAspects(args, state), ...secretAspects(args, state), ...filesOf(args, state)];
};

/** Why it cannot be done: a group or a tool is missing. */
const obstacle = (args: UserArgs, state: UserState, differences: readonly FoundDifference[]): string | undefined => {
  const unknown = [...(args.group === undefined ? [] : [args.group]), ...(args.groups ?? [])].find(
    (group) => groupNamed(state, group) === undefined,
  );
  if (args.present && unknown !== undefined) return `Group ${unknown} does not exist`;
  if (differences.length === 0) return undefined;
  const main = args.present ? (state.account === undefined ? 'useradd' : 'usermod') : 'userdel';
  const needed = [main, ...(newKey(args, state) && args.present ? ['ssh-keygen'] : [])];
  const missing = needed.find((tool) => !state.tools.has(tool));
  if (missing === undefined) return undefined;
  return missingTool(missing, missing === 'ssh-keygen' ? 'openssh-client (openssh)' : 'shadow-utils (passwd, shadow)');
};

/** The return values about an account that is there. */
export const accountResult = (args: UserArgs, account: Account | undefined): JsonObject =>
  account === undefined
    ? {}
    : {
        uid: account.uid,
        group: account.gid,
        comment: account.comment,
        home: account.home,
        shell: account.shell,
        ...(args.groups !== undefined && { groups: args.groups.join(',') }),
      };

/** The return values about its key. */
export const keyResult = (args: UserArgs, file: string, key: KeyState): JsonObject =>
  args.key === undefined
    ? {}
    : {
        ssh_key_file: file,
        ssh_fingerprint: key.fingerprint,
        ssh_public_key: key.publicKey === '' ? null : key.publicKey,
      };

const baseResult = (args: UserArgs, state: UserState): JsonObject => {
  const base = { name: args.name, state: args.present ? 'present' : 'absent' };
  if (!args.present) return state.account === undefined ? base : { ...base, force: args.force, remove: args.remove };
  return {
    ...base,
    ...(state.account === undefined
      ? { system: args.system, create_home: args.createHome }
      : { append: args.append, move_home: args.moveHome }),
    ...(args.password !== undefined && { password: 'NOT_LOGGING_PASSWORD' }),
  };
};

/** What would change with the account, its home and its key. */
export const planUser = (args: UserArgs, state: UserState): ModulePlan => {
  const differences = differencesOf(args, state);
  const result = baseResult(args, state);
  const msg = obstacle(args, state, differences);
  if (msg !== undefined) return { differences: [], result: { ...result, msg }, failed: msg };
  if (!args.present || state.account === undefined) return { differences, result };
  const now = { ...accountResult(args, state.account), ...keyResult(args, keyFile(args, state), state.key) };
  return { differences, result: { ...result, ...now } };
};
