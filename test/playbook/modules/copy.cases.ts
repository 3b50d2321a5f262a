import { createHash } from 'node:crypto';
import type { Case } from './file.cases.ts';
import { there } from './file.cases.ts';

const hex = (text: string): string => Buffer.from(text).toString('hex');
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const at = (path: string): string => `it.path=${hex(path)}`;

/** `copy` of one content, on hosts that are described, not there. */
export const cases: readonly Case[] = [
  {
    name: 'the content that is there already needs nothing',
    args: { content: 'a\n', dest: '/etc/a' },
    probe: ['parent=folder', 'umask=0022', at('/etc/a'), ...there('it', 'file'), `it.sum=sha1:${sha1('a\n')}`],
    differences: [],
  },
  {
    name: 'a host that knows sha256 only is asked by that',
    args: { content: 'a\n', dest: '/etc/a' },
    probe: ['parent=folder', 'umask=0022', at('/etc/a'), ...there('it', 'file'), `it.sum=sha256:${sha256('a\n')}`],
    differences: [],
  },
  {
    name: 'a file whose checksum cannot be had is written anew',
    args: { content: 'a\n', dest: '/etc/a' },
    probe: ['parent=folder', 'umask=0022', at('/etc/a'), ...there('it', 'file'), 'it.sum='],
    differences: [`content: null → sha1:${sha1('a\n')}`],
  },
  {
    name: 'a new content keeps mode and owners, comes in one step, and leaves a backup when asked',
    args: { content: 'b\n', dest: '/etc/a', backup: true },
    probe: [
      'parent=folder',
      'umask=0022',
      at('/etc/a'),
      ...there('it', 'file', '81a0', '5 6', 'app app'),
      `it.sum=sha1:${sha1('a\n')}`,
      'raw=it',
      '|a',
      '|x',
    ],
    differences: [`content: sha1:${sha1('a\n')} → sha1:${sha1('b\n')}`],
    script: [
      'mktemp',
      'cp -p "$p" "$b"',
      'chown 5:6 "$t" 2>/dev/null || :',
      'chmod 00640 "$t"',
      'mv -f "$t" "$p" || exit 1',
    ],
  },
  {
    name: 'a new file gets the mode that its umask leaves',
    args: { content: 'b\n', dest: '/etc/a' },
    probe: ['parent=folder', 'umask=0027', at('/etc/a'), 'it.type=absent'],
    differences: ['state: absent → file', `content: null → sha1:${sha1('b\n')}`],
    script: ['chmod 00640 "$t"'],
  },
  {
    name: 'a folder that is missing fails as Ansible says it',
    args: { content: 'b\n', dest: '/no/a' },
    probe: ['parent=missing', 'umask=0022', at('/no/a'), 'it.type=absent'],
    failed: 'Destination directory /no does not exist',
  },
  {
    name: 'a folder nobody may write to fails before anything is sent',
    args: { content: 'b\n', dest: '/etc/a' },
    probe: ['parent=closed', 'umask=0022', at('/etc/a'), 'it.type=absent'],
    failed: 'Destination /etc not writable',
  },
  {
    name: 'a content cannot become a folder',
    args: { content: 'b\n', dest: '/etc' },
    probe: ['folder=yes', 'parent=folder', 'umask=0022', at('/etc/'), ...there('it', 'directory', '41ed')],
    failed: 'can not use content with a dir as dest',
  },
  {
    name: 'what exists is left alone without force',
    args: { content: 'b\n', dest: '/etc/a', force: false, mode: '0600' },
    probe: ['parent=folder', 'umask=0022', at('/etc/a'), ...there('it', 'file'), `it.sum=sha1:${sha1('a\n')}`],
    differences: [],
  },
  {
    name: 'mode and owner alone need no content sent',
    args: { content: 'a\n', dest: '/etc/a', mode: '0600', owner: '7' },
    probe: ['parent=folder', 'umask=0022', at('/etc/a'), ...there('it', 'file'), `it.sum=sha1:${sha1('a\n')}`],
    differences: ['owner: root → 7', 'mode: 0644 → 0600'],
    script: ['chown 7 "$p"', 'chmod 00600 "$p"'],
  },
];
