import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { ruleWords } from '#playbook/modules/ufw/rule.ts';
import { ufw } from '#playbook/modules/ufw.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';
import { ordered, type Programs, programs } from './programs.ts';

describe('the words of a rule of ufw', () => {
  const anywhere = { from_ip: 'any', to_ip: 'any' };
  it.each<[string, JsonObject]>([
    ['allow from any to any port 22 proto tcp', { rule: 'allow', ...anywhere, to_port: '22', proto: 'tcp' }],
    [
      'deny in on eth0 log from 10.0.0.1 port 5 to any',
      {
        rule: 'deny',
        direction: 'in',
        interface: 'eth0',
        log: true,
        from_ip: '10.0.0.1',
        from_port: '5',
        to_ip: 'any',
      },
    ],
    [
      'route delete allow in on a out on b from any to any',
      {
        rule: 'allow',
        route: true,
        delete: true,
        interface_in: 'a',
        interface_out: 'b',
        ...anywhere,
      },
    ],
    ['limit from any to any app a b', { rule: 'limit', ...anywhere, to_port: '', name: 'a b' }],
  ])('%s', (words, args) => {
    const { before, after } = ruleWords(args);
    expect([...before, ...after].join(' ')).toBe(words);
  });
});

const tuple = (rule: string): string => `|### tuple ### ${rule}`;
const web = 'allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in';
const web6 = 'allow tcp 80 ::/0 any ::/0 in';
const active = [
  ...['raw=status', '|Status: active', '|x', 'raw=conf', '|ENABLED=yes', '|LOGLEVEL=low', '|x'],
  ...['raw=policies', '|DEFAULT_INPUT_POLICY="DROP"', '|DEFAULT_FORWARD_POLICY="DROP"', '|x'],
];
const off = ['raw=status', '|Status: inactive', '|x', 'raw=conf', '|ENABLED=no', '|LOGLEVEL=off', '|x'];
const has = ['raw=user', tuple(web), '|x', 'raw=user6', tuple(web6), '|x', 'code=0'];
const dry = (...lines: readonly string[]) => ['raw=dry', ...lines, '|x'];
const v4 = ['|*filter', '|:ufw-user-input - [0:0]'];
const v6 = ['|*filter', '|:ufw6-user-input - [0:0]'];

describe('ufw, described', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    [
      'it is switched on',
      { state: 'enabled' },
      off,
      ['state: disabled → enabled'],
      'ufw --force enable >/dev/null || exit $?',
    ],
    ['it stays on', { state: 'enabled' }, active, [], ''],
    ['it stays off', { state: 'disabled' }, off, [], ''],
    [
      'what is on now only is switched off',
      { state: 'disabled' },
      [...active, 'raw=conf', '|ENABLED=no', '|x'],
      ['state: active until the next start → disabled'],
      'ufw disable',
    ],
    ['it reads its rules again', { state: 'reloaded' }, active, ['state: enabled → reloaded'], 'ufw reload'],
    ['off, it reads nothing again', { state: 'reloaded' }, off, [], ''],
    [
      'it is reset',
      { state: 'reset', policy: 'deny' },
      active,
      ['runs: enabled → disabled', 'policy: null → deny'],
      'ufw --force reset >/dev/null || exit $?\nufw default deny incoming',
    ],
    [
      'a policy is set',
      { default: 'allow', direction: 'routed' },
      active,
      ['policy: deny → allow'],
      'ufw default allow routed',
    ],
    ['a policy stays', { policy: 'deny' }, active, [], ''],
    ['logging is switched on', { logging: true }, off, ['level: off → on'], 'ufw logging on'],
    ['logging that is on stays', { logging: 'on' }, active, [], ''],
    ['logging is switched off', { logging: false }, active, ['level: low → off'], 'ufw logging off'],
    ['a level is set', { logging: 'full' }, active, ['level: low → full'], 'ufw logging full'],
    [
      'a rule is added',
      { rule: 'allow', port: '80', proto: 'tcp' },
      [...off, 'code=0', ...dry(...v4, tuple(web), ...v6, tuple(web6))],
      ['state: absent → present', 'state: absent → present'],
      "'allow' 'from' 'any' 'to' 'any' 'port' '80' 'proto' 'tcp'",
    ],
    [
      'a rule that is there stays',
      { rule: 'allow', port: '80' },
      [...active, ...has, ...dry('|Skipping adding existing rule')],
      [],
      '',
    ],
    [
      'a rule of one kind of address goes',
      { rule: 'allow', port: '80', to: '10.0.0.1', delete: true },
      [...active, ...has, ...dry(...v4)],
      ['state: present → absent'],
      "'delete' ${n:+insert \"$n\"} 'allow'",
    ],
    [
      'of an application, what was written last counts',
      { rule: 'allow', name: 'Web' },
      [...active, ...has, ...dry(...v4, ...v4, tuple(web))],
      [],
      '',
    ],
    [
      'a rule is put in',
      { rule: 'deny', insert: 1 },
      [...active, ...has, 'place=1', ...dry(...v4, tuple('x'), tuple(web))],
      ['state: absent → present'],
      'n=1\nrule() {',
    ],
  ])('%s', async (_name, args, lines, differences, script) => {
    const made = await described(ufw, args, lines);
    expect(made.plan.failed).toBeUndefined();
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it('tells what rules say, comments as they were written', async () => {
    const { plan } = await described(ufw, { rule: 'allow' }, [
      ...active,
      ...has,
      ...dry(...v4, tuple(`${web} comment=6974206973`)),
    ]);
    expect(plan.differences.map(({ subject }) => subject)).toEqual([`ufw rule ${web}`, `ufw rule ${web} # it is`]);
    expect(plan.result.commands).toEqual(['ufw allow from any to any']);
  });

  it.each<[string, JsonObject, readonly string[], string]>([
    ['there is no ufw', { state: 'enabled' }, ['missing=ufw'], 'the host has no ufw. Install the package ufw there.'],
    [
      'one may not',
      { state: 'enabled' },
      ['raw=failed', '|ERROR: You need to be root', '|x'],
      'ERROR: You need to be root',
    ],
    [
      'a rule is no rule',
      { rule: 'allow', port: 'x' },
      [...active, 'code=1', ...dry('|ERROR: Bad port')],
      'ERROR: Bad port',
    ],
  ])('says that %s', async (_name, args, lines, words) => {
    expect((await described(ufw, args, lines)).plan.failed).toBe(
      words.startsWith('the host') ? `ufw: ${words}` : words,
    );
  });

  it.each<[JsonObject]>([
    [{}],
    [{ direction: 'in' }],
    [{ state: 'on' }],
    [{ rule: 'allow', name: 'a', proto: 'tcp' }],
    [{ logging: 'on', name: 'a' }],
    [{ rule: 'allow', interface: 'eth0' }],
    [{ rule: 'allow', direction: 'incoming' }],
    [{ default: 'allow', direction: 'in' }],
    [{ rule: 'allow', direction: 'in', interface_in: 'a' }],
    [{ rule: 'allow', interface_in: 'a', interface_out: 'b' }],
    [{ rule: 'allow', comment: "it's" }],
    [{ rule: 'allow', insert: 0, insert_relative_to: 'first-ipv6', state: 'enabled' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(ufw, args, [])).rejects.toThrow('module.arguments');
  });

  it('depends on what is reset, and a numbered rule on every other', () => {
    const about = (args: JsonObject) =>
      ufw.subjects?.(
        ufw.prepare({ insert_relative_to: 'zero', ...args }, undefined as never) as never,
        undefined as never,
      );
    expect(about({ rule: 'allow' })).toEqual(['ufw reset']);
    expect(about({ state: 'reset' })).toEqual([]);
    expect(about({ rule: 'allow', insert: 1 })).toEqual(['ufw reset', 'ufw rule*']);
  });
});

/** Keeps its rules one a line; a dry run prints the file it would write, as ufw does. */
const script = `${ordered}
case $1 in
  status) echo 'Status: active'; [ "$2" = numbered ] && { echo '[ 1] 22/tcp  ALLOW IN  Anywhere'; echo '[ 2] 22/tcp (v6)  ALLOW IN  Anywhere (v6)'; }; exit 0 ;;
  --version) echo "ufw \${OLD:-0.36.2}"; exit ;;
  --dry-run) shift; printf '*filter\\n:ufw-user-input - [0:0]\\n' ;;
  *) ordered "$@" ;;
esac`;

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('ufw, on %s', (_name, shell) => {
  let host: Programs;
  beforeEach(() => {
    host = programs({
      ufw: `${script}\n[ "$1" = allow ] || [ "$1" = insert ] && { printf '### tuple ### '; echo "$*"; } || :`,
    });
  });
  afterEach(() => host.remove());
  const attempt = (args: JsonObject, env = {}) => tryModule(ufw, args, { shell, env: { ...host.env, ...env } });

  it('gives a rule its words, whatever they hold', async () => {
    const comment = '"a" $(id) `id` \\ *';
    const { plan, result } = await attempt({ rule: 'allow', from: '$(id)', comment });
    expect(changes(plan)).toEqual(['state: absent → present']);
    expect(result).toMatchObject({ changed: true, result: { msg: 'Status: active' } });
    expect(host.orders()).toEqual([`[allow][from][$(id)][to][any][comment][${comment}]`]);
  });

  it('leaves a comment out where ufw has none', async () => {
    await attempt({ rule: 'allow', comment: 'x' }, { OLD: '0.34' });
    expect(host.orders()).toEqual(['[allow][from][any][to][any]']);
  });

  it('counts where a rule is put in as Ansible does', async () => {
    for (const [from, insert] of [
      ['last-ipv4', 0],
      ['first-ipv6', 0],
      ['last-ipv6', 1],
    ] as const)
      await attempt({ rule: 'allow', insert, insert_relative_to: from });
    const words = ['insert][1][', 'insert][2][', ''];
    expect(host.orders()).toEqual(words.map((place) => `[${place}allow][from][any][to][any]`));
  });
});
