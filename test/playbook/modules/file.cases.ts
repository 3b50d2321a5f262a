import type { JsonObject } from '#core/json.ts';

/** Arguments and what a host says of them, and what follows: the differences, and words the script must hold. */
export interface Case {
  readonly name: string;
  readonly args: JsonObject;
  readonly probe: readonly string[];
  readonly differences?: readonly string[];
  readonly failed?: string;
  readonly script?: readonly string[];
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** What `look` prints for something that is there. */
export const there = (
  key: string,
  type: string,
  mode = '81a4',
  owner = '0 0',
  names = 'root root',
  links = 1,
): string[] => [`${key}.type=${type}`, `${key}.stat=${mode} ${links} ${owner} 5 77 8 1 2 3 ${names}`];

const at = (path: string): string => `path=${hex(path)}`;

/** `file` on hosts that are described, not there. */
export const cases: readonly Case[] = [
  {
    name: 'a folder that is there as wanted needs nothing',
    args: { path: '/srv', state: 'directory', mode: '0755', owner: 'root' },
    probe: [at('/srv'), ...there('it', 'directory', '41ed'), 'want.uid=0', 'umask=0022', 'parent=folder'],
    differences: [],
  },
  {
    name: 'a missing folder is made with those above it',
    args: { path: '/srv/a/b', state: 'directory', mode: '0750' },
    probe: [at('/srv/a/b'), 'it.type=absent', `missing=${hex('/srv/a')}`, 'umask=0022'],
    differences: ['state: absent → directory', 'mode: 0755 → 0750'],
    script: ["mkdir '/srv/a' || exit 1\nchmod 00750 '/srv/a'", "mkdir '/srv/a/b'"],
  },
  {
    name: 'mode and owners are shown and set by number',
    args: { path: '/f', mode: 'u+x', owner: 'app', group: '7' },
    probe: [at('/f'), ...there('it', 'file'), 'want.uid=12', 'umask=0022', 'parent=folder'],
    differences: ['owner: root → app', 'group: root → 7', 'mode: 0644 → 0744'],
    script: ["chown 12 '/f'", "chgrp 7 '/f'", "chmod 00744 '/f'"],
  },
  {
    name: 'a mode given as the number YAML made of 0644 is that mode',
    args: { path: '/f', mode: 0o644 },
    probe: [at('/f'), ...there('it', 'file'), 'umask=0022', 'parent=folder'],
    differences: [],
  },
  {
    name: 'set-id bits are set again after a change of owner',
    args: { path: '/f', mode: '4755', owner: '5' },
    probe: [at('/f'), ...there('it', 'file', '89ed'), 'umask=0022', 'parent=folder'],
    differences: ['owner: root → 5'],
    script: ["chown 5 '/f' || exit 1\nchmod 04755 '/f'"],
  },
  {
    name: 'a user that does not exist fails before anything changes',
    args: { path: '/f', owner: 'ghost' },
    probe: [at('/f'), ...there('it', 'file'), 'umask=0022', 'parent=folder'],
    failed: 'chown failed: failed to look up user ghost',
  },
  {
    name: 'a file where a folder is wanted is not touched',
    args: { path: '/f', state: 'directory' },
    probe: [at('/f'), ...there('it', 'file'), 'umask=0022', 'parent=folder'],
    failed: '/f already exists as a file',
  },
  {
    name: 'a file cannot be made out of nothing by state=file',
    args: { path: '/f', state: 'file' },
    probe: [at('/f'), 'it.type=absent', 'umask=0022', 'parent=folder'],
    failed: 'file (/f) is absent, cannot continue',
  },
  {
    name: 'a folder goes with all that is in it, a link alone',
    args: { path: '/d', state: 'absent' },
    probe: [at('/d'), ...there('it', 'directory', '41ed'), 'umask=0022', 'parent=folder'],
    differences: ['state: directory → absent'],
    script: ['rm -rf "$p"'],
  },
  {
    name: 'what is gone is gone',
    args: { path: '/d', state: 'absent', owner: 'ghost' },
    probe: [at('/d'), 'it.type=absent', 'umask=0022'],
    differences: [],
  },
  {
    name: 'a link that leads elsewhere is led anew in one step',
    args: { path: '/l', src: '/v2', state: 'link' },
    probe: [
      at('/l'),
      ...there('it', 'link', 'a1ff'),
      `it.target=${hex('/v1')}`,
      ...there('src', 'directory', '41ed'),
      'umask=0022',
      'parent=folder',
    ],
    differences: ['target: /v1 → /v2'],
    script: ['ln -s \'/v2\' "$t"', 'mv -fT "$t" "$p"'],
  },
  {
    name: 'a link to nothing needs force',
    args: { path: '/l', src: '/v9', state: 'link' },
    probe: [at('/l'), 'it.type=absent', 'src.type=absent', 'umask=0022', 'parent=folder'],
    failed: 'src file does not exist, use "force=yes" if you really want to create the link: /v9',
  },
  {
    name: 'a link never takes the place of a folder with something in it',
    args: { path: '/l', src: '/v9', state: 'link', force: true },
    probe: [at('/l'), ...there('it', 'directory', '41ed'), ...there('src', 'file'), 'umask=0022', 'parent=folder'],
    failed: 'the directory /l is not empty, refusing to convert it',
  },
  {
    name: 'a hard link is known by its inode',
    args: { path: '/h', src: '/f', state: 'hard' },
    probe: [
      at('/h'),
      ...there('it', 'file', '81a4', '0 0', 'root root', 2),
      ...there('src', 'file', '81a4', '0 0', 'root root', 2),
      'umask=0022',
      'parent=folder',
    ],
    differences: [],
  },
  {
    name: 'only the entries that differ below are counted',
    args: { path: '/d', state: 'directory', recurse: true, mode: 'u=rwX,g=rX,o=', owner: '0' },
    probe: [
      at('/d'),
      ...there('it', 'directory', '41e8'),
      'below=3 81a0 0 0',
      'below=2 81a4 0 0',
      'below=1 41e8 9 0',
      'umask=0022',
      'parent=folder',
    ],
    differences: ['entries below: 3 with other attributes → as asked'],
    script: ['-exec chown 0 {} +', '-exec chmod u=rwX,g=rX,o= {} +'],
  },
  {
    name: 'touch is never done twice over in vain when times are kept',
    args: { path: '/f', state: 'touch', modification_time: 'preserve', access_time: 'preserve' },
    probe: [at('/f'), ...there('it', 'file'), 'umask=0022', 'parent=folder'],
    differences: [],
  },
  {
    name: 'touch in a folder that is not there fails',
    args: { path: '/no/f', state: 'touch' },
    probe: [at('/no/f'), 'it.type=absent', 'umask=0022'],
    failed: "Error, could not touch target: [Errno 2] No such file or directory: b'/no/f'",
  },
];
