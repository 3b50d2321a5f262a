import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf, readFields } from '../state/fields.ts';
import { toolPath } from '../state/tools.ts';
import type { UserArgs } from './arguments.ts';
import {
  accountResult,
  groupNamed,
  homeOf,
  keyFile,
  keyResult,
  newGroups,
  newKey,
  newLock,
  newPassword,
  wantedGroups,
} from './plan.ts';
import { keyPath, readAccount, type UserState, userFunctions } from './probe.ts';

type Lines = readonly string[];

const option = (flag: string, value: string | undefined, quote: Quote): Lines =>
  value === undefined ? [] : [flag, quote(value)];

/** Days since 1970 as the tools take them: a date, or nothing for never. */
const expiry = (days: number | undefined): string | undefined =>
  days === undefined || days < 0
    ? days === undefined
      ? undefined
      : ''
    : new Date(days * 86_400_000).toISOString().slice(0, 10);

/** A home as Ansible makes it: the skeleton's copy, open as `login.defs` says. */
const makeHome = (args: UserArgs, home: string, quote: Quote): Lines => [
  `h=${quote(home)}; s=${quote(args.skeleton ?? '/etc/skel')}`,
  'p=${h%/*}; mkdir -p -- "${p:-/}" || exit 1',
  'if [ -d "$s" ]; then cp -R -P -p -- "$s" "$h" || exit 1; else mkdir -- "$h" || exit 1; fi',
  `m=$(sed -n 's/^UMASK[[:blank:]][[:blank:]]*\\([0-7][0-7]*\\)$/\\1/p' /etc/login.defs 2>/dev/null | tail -n 1)`,
  '[ -z "$m" ] || chmod "$(printf %04o "$((0777 & ~0$m))")" "$h" || exit 1',
];

const ownHome = (args: UserArgs, home: string, quote: Quote): Lines => [
  `chown -R -P -- "$(id -u ${quote(args.name)}):$(id -g ${quote(args.name)})" ${quote(home)} || exit 1`,
];

const creation = (args: UserArgs, state: UserState, quote: Quote): Lines => {
  const groups = wantedGroups(args, state);
  const homeFirst = args.createHome && args.home !== undefined && !state.parentThere;
  const sameName = args.group === undefined && groupNamed(state, args.name) !== undefined;
  const words = [
    'useradd',
    ...(args.uid === undefined ? [] : ['-u', String(args.uid), ...(args.nonUnique ? ['-o'] : [])]),
    ...(sameName ? ['-N'] : option('-g', args.group, quote)),
    ...(groups.length > 0 ? ['-G', quote(groups.join(','))] : []),
    ...option('-c', args.comment, quote),
    ...option('-d', args.home, quote),
    ...option('-s', args.shell, quote),
    ...option('-e', expiry(args.expires), quote),
    ...(args.createHome ? ['-m', ...option('-k', args.skeleton, quote)] : ['-M']),
    ...(args.createHome && args.umask !== undefined ? ['-K', quote(`UMASK=${args.umask}`)] : []),
    ...(args.system ? ['-r'] : []),
    '--',
    quote(args.name),
  ];
  const home = homeOf(args, state);
  return [
    ...(homeFirst ? makeHome(args, home, quote) : []),
    `${words.join(' ')} </dev/null || exit 1`,
    ...(homeFirst ? ownHome(args, home, quote) : []),
  ];
};

const changes = (args: UserArgs, state: UserState, quote: Quote): Lines => {
  const { account } = state;
  if (account === undefined) return [];
  const group = args.group === undefined ? undefined : groupNamed(state, args.group);
  const groups = newGroups(args, state);
  const other = <T>(wanted: T | undefined, now: T): wanted is T => wanted !== undefined && wanted !== now;
  const words = [
    ...(other(args.uid, account.uid) ? ['-u', String(args.uid), ...(args.nonUnique ? ['-o'] : [])] : []),
    ...(other(group?.gid, account.gid) ? ['-g', String(group?.gid)] : []),
    ...(groups === undefined ? [] : ['-G', quote(groups.join(','))]),
    ...(other(args.comment, account.comment) ? option('-c', args.comment, quote) : []),
    ...(other(args.home, account.home) ? [...option('-d', args.home, quote), ...(args.moveHome ? ['-m'] : [])] : []),
    ...(other(args.shell, account.shell) ? option('-s', args.shell, quote) : []),
    ...(other(args.expires, state.expires) ? option('-e', expiry(args.expires), quote) : []),
    ...(newLock(args, state) ? [args.lock ? '-L' : '-U'] : []),
  ];
  return words.length === 0 ? [] : [`usermod ${words.join(' ')} -- ${quote(args.name)} </dev/null || exit 1`];
};

/** The hash goes through a pipe, so that no list of processes shows it. */
const password = (args: UserArgs, state: UserState, quote: Quote): Lines => {
  if (!newPassword(args, state)) return [];
  const hash = `${args.lock ? '!' : ''}${args.password ?? ''}`;
  const line = quote(`${args.name}:${hash}`);
  if (state.tools.has('chpasswd')) return [`printf '%s\\n' ${line} | chpasswd -e || exit 1`];
  return [`usermod -p ${quote(hash)} -- ${quote(args.name)} </dev/null || exit 1`];
};

const ages = (args: UserArgs, state: UserState, quote: Quote): Lines => {
  const words = [
    ...(args.minDays !== undefined && args.minDays !== state.minDays ? ['-m', String(args.minDays)] : []),
    ...(args.maxDays !== undefined && args.maxDays !== state.maxDays ? ['-M', String(args.maxDays)] : []),
  ];
  return words.length === 0 ? [] : [`chage ${words.join(' ')} ${quote(args.name)} </dev/null || exit 1`];
};

/** An account that is there, or was just made without one, gets its home. */
const home = (args: UserArgs, state: UserState, quote: Quote): Lines => {
  if (!args.createHome || state.homeThere) return [];
  const path = homeOf(args, state);
  return [`if [ ! -e ${quote(path)} ]; then`, ...makeHome(args, path, quote), ...ownHome(args, path, quote), 'fi'];
};

/** A passphrase reaches ssh-keygen through a program that it asks, not through its words. */
const asking = (passphrase: string, quote: Quote): Lines => [
  'a=$(mktemp -d) || exit 1',
  `trap 'rm -rf "$a"' EXIT`,
  `trap 'exit 1' HUP INT TERM`,
  `printf '%s\\n' '#!/bin/sh' 'printf "%s\\n" "$QUARTERDECK_PASSPHRASE"' >"$a/ask" && chmod 700 "$a/ask" || exit 1`,
  `QUARTERDECK_PASSPHRASE=${quote(passphrase)}; export QUARTERDECK_PASSPHRASE`,
  'SSH_ASKPASS=$a/ask; SSH_ASKPASS_REQUIRE=force; DISPLAY=none; export SSH_ASKPASS SSH_ASKPASS_REQUIRE DISPLAY',
];

const key = (args: UserArgs, state: UserState, quote: Quote): Lines => {
  if (args.key === undefined) return [];
  const { type, bits, comment, passphrase } = args.key;
  const owner = '"$i:$g"';
  const words = [
    `ssh-keygen -q -t ${type}`,
    ...(bits > 0 ? [`-b ${bits}`] : []),
    `-C ${quote(comment ?? `ansible-generated on ${state.hostname}`)}`,
    ...(passphrase === undefined ? [`-N ''`] : []),
    '-f "$k"',
  ];
  const make = [
    `i=$(id -u ${quote(args.name)}); g=$(id -g ${quote(args.name)}); d=\${k%/*}`,
    `[ -e "$d" ] || { mkdir -m 0700 -- "$d" && chown ${owner} "$d"; } || exit 1`,
    ...(args.force ? ['rm -f "$k" "$k.pub" || exit 1'] : []),
    ...(passphrase === undefined ? [] : asking(passphrase, quote)),
    `${words.join(' ')} </dev/null >&2 || exit 1`,
    `chown ${owner} "$k" "$k.pub" || exit 1`,
  ];
  return [keyPath(args, quote), ...(newKey(args, state) ? make : []), 'key "$k"'];
};

const presence = (args: UserArgs, state: UserState, quote: Quote): Lines => [
  'hex() { printf %s "$1" | od -An -v -tx1 | tr -d \' \\n\'; }',
  userFunctions,
  ...(state.account === undefined ? creation(args, state, quote) : changes(args, state, quote)),
  ...password(args, state, quote),
  ...ages(args, state, quote),
  ...home(args, state, quote),
  `u=${quote(args.name)}; entry passwd "$u"; h=\${l#*:*:*:*:*:}; h=\${h%%:*}`,
  ...key(args, state, quote),
  'echo end',
];

const absence = (args: UserArgs, quote: Quote): Lines => [
  `userdel${args.force ? ' -f' : ''}${args.remove ? ' -r' : ''} -- ${quote(args.name)} </dev/null || exit 1`,
  'echo end',
];

/** Makes, changes or removes the account; then says what is there. */
export const applyUser = (args: UserArgs, state: UserState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  return { script: [toolPath, ...(args.present ? presence(args, state, quote) : absence(args, quote))].join('\n') };
};

/** The return values once the account is as wanted. */
export const finishUser = (args: UserArgs, state: UserState, plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return {
      result: { name: args.name, state: plan.result.state ?? null, msg, rc: applied.code },
      changed: false,
      failed: msg,
    };
  }
  const { account, key: pair } = readAccount(readFields(applied));
  const result = args.present
    ? { ...plan.result, ...accountResult(args, account), ...keyResult(args, keyFile(args, state), pair) }
    : plan.result;
  return { result: { ...result, ...(applied.stderr.trim() !== '' && { stderr: applied.stderr }) }, changed: true };
};
