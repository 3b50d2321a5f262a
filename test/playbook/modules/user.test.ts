import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { user } from '#playbook/modules/user.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';

const host = [
  'groups=root:x:0:',
  'groups=adm:x:4:app,other',
  'groups=www:x:33:app',
  'groups=app:x:1001:',
  'base=2f686f6d65',
  'hostname=web-1',
  ...['useradd', 'usermod', 'userdel', 'chage', 'chpasswd', 'ssh-keygen'].map((tool) => `tool=${tool}`),
];
const there = [
  ...host,
  'passwd=app:x:1001:1001:The app:/home/app:/bin/bash',
  'shadow=app:$6$salt$hash:19000:0:99999:7:::',
  'home=there',
];

describe('user, described', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[], readonly string[]]>([
    [
      'is made with its home',
      { name: 'new' },
      host,
      ['state: absent → present', 'state: absent → directory'],
      ["useradd -m -- 'new'"],
    ],
    [
      'is made in a group of its own name that is there',
      { name: 'app', create_home: false },
      host,
      ['state: absent → present'],
      ["useradd -N -M -- 'app'"],
    ],
    [
      'is made as asked',
      {
        name: 'new',
        uid: 900,
        group: '33',
        groups: 'adm, www',
        comment: "It's $(x)",
        home: '/srv/new',
        shell: '/bin/sh',
        system: true,
        skeleton: '/etc/other',
        umask: '027',
        expires: 86_400 * 2.5,
      },
      [...host, 'parent=there'],
      [
        'state: absent → present',
        'uid: null → 900',
        'group: null → www',
        'groups: null → adm,www',
        "comment: null → It's $(x)",
        'home: null → /srv/new',
        'shell: null → /bin/sh',
        'expires: -1 → 2',
        'state: absent → directory',
      ],
      [
        "useradd -u 900 -g '33' -G 'adm,www' -c 'It'\\''s $(x)' -d '/srv/new' -s '/bin/sh' -e '1970-01-03' -m -k '/etc/other' -K 'UMASK=027' -r -- 'new'",
      ],
    ],
    [
      'is as it should be',
      { name: 'app', groups: ['www', 'adm'], comment: 'The app', password: '$6$salt$hash' },
      there,
      [],
      [],
    ],
    [
      'leaves groups that are not asked for',
      { name: 'app', groups: ['www'] },
      there,
      ['groups: adm,www → www'],
      ["usermod -G 'www' -- 'app'"],
    ],
    ['stays in its groups with append', { name: 'app', groups: 'www', append: true }, there, [], []],
    ['is in no group at all', { name: 'app', groups: '' }, there, ['groups: adm,www → '], ["usermod -G '' -- 'app'"]],
    [
      'moves its home',
      { name: 'app', home: '/srv/app', move_home: true },
      there,
      ['home: /home/app → /srv/app'],
      ["usermod -d '/srv/app' -m -- 'app'"],
    ],
    [
      'gets a password through a pipe',
      { name: 'app', password: "$6$new'" },
      there,
      ['password: set → another'],
      ["printf '%s\\n' 'app:$6$new'\\''' | chpasswd -e"],
    ],
    ['keeps its password', { name: 'app', password: 'x', update_password: 'on_create' }, there, [], []],
    ['is locked', { name: 'app', password_lock: true }, there, ['password: set → locked'], ['usermod -L']],
    [
      'is locked with a new password',
      { name: 'app', password: 'x', password_lock: true },
      there,
      ['password: set → locked'],
      ["'app:!x' | chpasswd -e"],
    ],
    [
      'grows old',
      { name: 'app', password_expire_max: 90, password_expire_min: 0 },
      there,
      ['password maximum days: 99999 → 90'],
      ["chage -M 90 'app'"],
    ],
    [
      'gets a key once',
      { name: 'app', generate_ssh_key: true, ssh_key_bits: 4096 },
      there,
      ['key: null → rsa'],
      ["k=${h%/}/'.ssh/id_rsa'", `ssh-keygen -q -t rsa -b 4096 -C 'ansible-generated on web-1' -N '' -f "$k"`],
    ],
    ['keeps its key', { name: 'app', generate_ssh_key: true }, [...there, 'key.there=yes'], [], []],
    [
      'goes with its home',
      { name: 'app', state: 'absent', remove: true, force: true },
      there,
      ['state: present → absent', 'state: directory → absent'],
      ["userdel -f -r -- 'app'"],
    ],
    ['is gone', { name: 'app', state: 'absent' }, host, [], []],
  ])('an account %s', async (_name, args, lines, differences, script) => {
    const made = await described(user, args, lines);
    expect(made.plan.failed).toBeUndefined();
    expect(changes(made.plan)).toEqual(differences);
    if (differences.length === 0) expect(made.script).toBe('');
    for (const words of script) expect(made.script).toContain(words);
  });

  it('shows no hash, neither in differences nor in return values', async () => {
    const { plan } = await described(user, { name: 'app', password: '$6$secret' }, there);
    const { differences, result } = plan;
    expect(JSON.stringify([differences.map(({ sealed: _sealed, ...shown }) => shown), result])).not.toContain('secret');
    expect(differences[0]?.sealed).toBe('$6$secret');
    expect(result.password).toBe('NOT_LOGGING_PASSWORD');
  });

  it('gives the return values that Ansible gives', async () => {
    const { plan } = await described(user, { name: 'app', groups: 'www,adm', append: true }, there);
    expect(plan.result).toEqual({
      name: 'app',
      state: 'present',
      append: true,
      move_home: false,
      uid: 1001,
      group: 1001,
      comment: 'The app',
      home: '/home/app',
      shell: '/bin/bash',
      groups: 'www,adm',
    });
  });

  it('says what is missing', async () => {
    expect((await described(user, { name: 'a', groups: 'adm,none' }, host)).plan.failed).toBe(
      'Group none does not exist',
    );
    expect((await described(user, { name: 'a' }, [])).plan.failed).toContain('The host has no “useradd”');
    const keyless = there.filter((line) => line !== 'tool=ssh-keygen');
    expect((await described(user, { name: 'app', generate_ssh_key: true }, keyless)).plan.failed).toContain(
      '“ssh-keygen”',
    );
  });

  it.each([
    [{ name: '-a' }],
    [{ name: 'a:b' }],
    [{ name: 'a\nb' }],
    [{ name: 'a', comment: 'x:y' }],
    [{ name: 'a', shell: '/bin/sh\nroot::0:0' }],
    [{ name: 'a', password: 'x\nroot:y' }],
    [{ name: 'a', groups: ['x', '-y'] }],
    [{ name: 'a', umask: 'rw' }],
    [{ name: 'a', generate_ssh_key: true, ssh_key_type: '-h' }],
    [{ name: 'a', local: true }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(user, args, host)).rejects.toThrow('module.arguments');
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('user, on %s', (_name, shell) => {
  it('finds an account of this machine as it is', async () => {
    const { plan } = await tryModule(user, { name: 'root', uid: 0, home: '/root' }, { shell }, false);
    expect(changes(plan)).toEqual([]);
    expect(plan.result).toMatchObject({ uid: 0, group: 0, home: '/root' });
    expect(changes((await tryModule(user, { name: 'roo', state: 'absent' }, { shell }, false)).plan)).toEqual([]);
  });
});
