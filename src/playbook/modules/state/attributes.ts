import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { t } from '#core/text.ts';
import type { ModuleArg, Quote } from '../module.ts';
import type { Fields } from './fields.ts';
import type { Look, Present } from './look.ts';
import { stateOf } from './look.ts';
import { chmodMode, isMode, showMode, wantedMode } from './mode.ts';

/** Who may do what with a file, as asked for. */
export interface Attributes {
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

/** The arguments of Ansible's that every module about files takes. */
export const attributeArgs = {
  mode: { type: 'mode' },
  owner: { type: 'str' },
  group: { type: 'str' },
} satisfies Record<string, ModuleArg>;

const badName = (name: string, value: string): Fault =>
  new Fault({
    code: 'module.arguments',
    say: t(`“${value}” is not a possible ${name}.`, `« ${value} » n’est pas un ${name} possible.`),
  });

/** Takes mode, owner and group out of a module's arguments. Throws a Fault for one that cannot be. */
export const readAttributes = (args: JsonObject, { mayPreserve = false } = {}): Attributes => {
  const { mode, owner, group } = args;
  for (const [name, value] of [
    ['owner', owner],
    ['group', group],
  ] as const) {
    if (typeof value === 'string' && !/^[^-:\s/][^:\s/]*$/.test(value)) throw badName(name, value);
  }
  const kept = mayPreserve && mode === 'preserve';
  if (typeof mode === 'string' && !kept && !isMode(mode)) throw badName('mode', mode);
  return {
    ...(typeof mode === 'string' && { mode }),
    ...(typeof owner === 'string' && { owner }),
    ...(typeof group === 'string' && { group }),
  };
};

/** What the host says about the asked owner and group, and the mask of new files. */
export interface Identities {
  readonly uid?: number;
  readonly gid?: number;
  readonly umask: number;
  readonly failed?: string;
}

const isNumber = (name: string | undefined): boolean => name !== undefined && /^\d+$/.test(name);

/** Asks the host for the numbers of owner and group, and for its umask. */
export const probeIdentities = (wanted: Attributes, quote: Quote): string =>
  [
    'echo "umask=$(umask)"',
    wanted.owner === undefined || isNumber(wanted.owner) ? '' : `user want ${quote(wanted.owner)}`,
    wanted.group === undefined || isNumber(wanted.group) ? '' : `group want ${quote(wanted.group)}`,
  ]
    .filter((line) => line !== '')
    .join('\n');

/** Reads what the host said about owner and group; `failed` is Ansible's sentence when one does not exist. */
export const readIdentities = (fields: Fields, wanted: Attributes): Identities => {
  const uid = isNumber(wanted.owner) ? Number(wanted.owner) : fields.number('want.uid');
  const gid = isNumber(wanted.group) ? Number(wanted.group) : fields.number('want.gid');
  const noUser = wanted.owner !== undefined && uid === undefined;
  const noGroup = wanted.group !== undefined && gid === undefined;
  const failed = noUser
    ? `chown failed: failed to look up user ${wanted.owner}`
    : noGroup
      ? `chgrp failed: failed to look up group ${wanted.group}`
      : undefined;
  return {
    umask: Number.parseInt(fields.get('umask') ?? '022', 8),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ...(failed !== undefined && { failed }),
  };
};

/** The attributes a thing has, or will have once it is made. */
export interface Having {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly owner: string;
  readonly group: string;
  readonly directory: boolean;
}

/** What a new file or folder has before anything is asked for. */
export const newly = (directory: boolean, umask: number): Having => ({
  mode: (directory ? 0o777 : 0o666) & ~umask,
  owner: '',
  group: '',
  directory,
});

/** What is there, as attributes. */
export const havingOf = (look: Present): Having => ({
  mode: look.mode,
  uid: look.uid,
  gid: look.gid,
  owner: look.owner,
  group: look.group,
  directory: look.type === 'directory',
});

/** The changes of mode, owner and group that are needed: differences to show, and the numbers to set. */
export interface AttributeChange {
  readonly differences: readonly Difference[];
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

const named = (name: string | undefined, number: number | undefined): Json =>
  name !== undefined && name !== '' ? name : number === undefined ? null : String(number);

/** Compares what is there with what is asked for. */
export const changeAttributes = (
  path: string,
  having: Having,
  wanted: Attributes,
  identities: Identities,
): AttributeChange => {
  const differences: Difference[] = [];
  const { uid, gid } = identities;
  const mode = wanted.mode === undefined ? undefined : wantedMode(wanted.mode, { ...having, umask: identities.umask });
  const newUid = uid !== undefined && uid !== having.uid;
  const newGid = gid !== undefined && gid !== having.gid;
  if (newUid) {
    differences.push({
      subject: path,
      aspect: 'owner',
      before: named(having.owner, having.uid),
      after: wanted.owner ?? null,
    });
  }
  if (newGid) {
    differences.push({
      subject: path,
      aspect: 'group',
      before: named(having.group, having.gid),
      after: wanted.group ?? null,
    });
  }
  const newMode = mode !== undefined && mode !== having.mode;
  if (newMode)
    differences.push({ subject: path, aspect: 'mode', before: showMode(having.mode), after: showMode(mode) });
  /* A change of owner takes the set-id bits away: they are set again. */
  const lostBits = mode !== undefined && (newUid || newGid) && (mode & 0o6000) !== 0;
  return {
    differences,
    ...(newMode || lostBits ? { mode } : {}),
    ...(newUid && { uid }),
    ...(newGid && { gid }),
  };
};

/** Shell commands that set attributes of the path in a shell word. */
export const setAttributes = (word: string, change: Omit<AttributeChange, 'differences'>): readonly string[] => [
  ...(change.uid === undefined ? [] : [`chown ${change.uid} ${word} || exit 1`]),
  ...(change.gid === undefined ? [] : [`chgrp ${change.gid} ${word} || exit 1`]),
  ...(change.mode === undefined ? [] : [`chmod ${chmodMode(change.mode)} ${word} || exit 1`]),
];

/** The return values Ansible gives for whatever is at a path. */
export const resultOf = (look: Look): JsonObject =>
  look.type === 'absent'
    ? { state: 'absent' }
    : {
        state: stateOf(look),
        mode: showMode(look.mode),
        uid: look.uid,
        gid: look.gid,
        owner: look.owner === '' ? String(look.uid) : look.owner,
        group: look.group === '' ? String(look.gid) : look.group,
        size: look.size,
      };
