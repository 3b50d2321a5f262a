import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { ruleWords } from '#playbook/modules/iptables/rule.ts';
import { iptables } from '#playbook/modules/iptables.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';
import { ordered, type Programs, programs } from './programs.ts';

describe('the words of a rule', () => {
  it.each<[string, JsonObject]>([
    ['', {}],
    [
      '-p tcp -s 10.0.0.0/8 -j ACCEPT --destination-port 22',
      { protocol: 'tcp', source: '10.0.0.0/8', destination_port: '22', jump: 'ACCEPT' },
    ],
    ['! -s 10.0.0.1 -j DROP ! -i lo', { source: '!10.0.0.1', in_interface: '! lo', jump: 'DROP' }],
    [
      '-m conntrack -j ACCEPT --ctstate NEW,RELATED',
      { match: ['conntrack'], ctstate: ['NEW', 'RELATED'], jump: 'ACCEPT' },
    ],
    ['-m state -j ACCEPT --state NEW', { match: ['state'], ctstate: ['NEW'], jump: 'ACCEPT' }],
    ['-j ACCEPT -m conntrack --ctstate NEW', { ctstate: ['NEW'], jump: 'ACCEPT' }],
    ['--tcp-flags ALL SYN,ACK', { tcp_flags: { flags: ['ALL'], flags_set: ['SYN', 'ACK'] } }],
    [
      '-p tcp -m multiport --dports 80,443 ! --syn',
      { protocol: 'tcp', destination_ports: ['80', '443'], syn: 'negate' },
    ],
    ['-j LOG --log-prefix a b --log-level info', { log_prefix: 'a b', log_level: 'info' }],
    ['-j TEE --gateway 10.0.0.1', { jump: 'TEE', gateway: '10.0.0.1' }],
    ['-j REJECT --reject-with tcp-reset', { reject_with: 'tcp-reset' }],
    ['-m iprange --src-range a-b', { src_range: 'a-b' }],
    ['-m iprange --dst-range a-b', { match: ['iprange'], dst_range: 'a-b' }],
    ['-m set --match-set admins src', { match_set: 'admins', match_set_flags: 'src' }],
    ['-m limit --limit 2/min --limit-burst 5', { limit: '2/min', limit_burst: '5' }],
    ['-m owner ! --uid-owner bob', { uid_owner: '!bob' }],
    ['-p icmp --icmp-type 8', { protocol: 'icmp', icmp_type: '8' }],
    ['--icmpv6-type 8', { ip_version: 'ipv6', icmp_type: '8' }],
    ["-m comment --comment it's", { comment: "it's" }],
  ])('%s', (words, args) => expect(ruleWords(args).join(' ')).toBe(words));
});

describe('iptables, described', () => {
  const list = ['chain=yes', 'raw=list', '|-P INPUT ACCEPT', '|-A INPUT -j DROP', '|x'];
  const rule = { chain: 'INPUT', jump: 'ACCEPT' };

  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    ['a rule that is there stays', rule, [...list, 'code=0'], [], ''],
    [
      'a rule is added',
      rule,
      [...list, 'code=1'],
      ['state: absent → present'],
      "ipt -A 'INPUT' '-j' 'ACCEPT' || exit $?",
    ],
    [
      'a rule is put in',
      { ...rule, action: 'insert', rule_num: '2' },
      [...list, 'code=1'],
      ['state: absent → present'],
      "ipt -I 'INPUT' 2 '-j' 'ACCEPT'",
    ],
    [
      'a new rule counts from there',
      { ...rule, set_counters: '1 2' },
      [...list, 'code=1'],
      ['state: absent → present'],
      "'-j' 'ACCEPT' '-c' '1' '2'",
    ],
    [
      'a rule is taken away',
      { ...rule, state: 'absent' },
      [...list, 'code=0'],
      ['state: present → absent'],
      "ipt -D 'INPUT'",
    ],
    ['a rule that nothing knows is absent', { ...rule, state: 'absent' }, [...list, 'code=2'], [], ''],
    [
      'a chain is made for a rule',
      { ...rule, chain: 'X', chain_management: true },
      ['code=1'],
      ['state: absent → present', 'state: absent → present'],
      "ipt -N 'X' || exit $?\nipt -A 'X'",
    ],
    ['a chain is made', { chain: 'X', chain_management: true }, [], ['state: absent → present'], "ipt -N 'X'"],
    [
      'a chain is removed',
      { chain: 'X', chain_management: true, state: 'absent' },
      ['chain=yes'],
      ['state: present → absent'],
      "ipt -X 'X'",
    ],
    ['a chain nobody may remove stays', { chain: 'X', state: 'absent' }, ['chain=yes'], [], ''],
    ['a chain is emptied', { chain: 'INPUT', flush: true }, list, ['rules: 1 → 0'], "ipt -F 'INPUT'"],
    ['an empty table stays', { flush: true }, ['chain=yes', 'raw=list', '|-P INPUT ACCEPT', '|x'], [], ''],
    ['a policy is set', { chain: 'INPUT', policy: 'DROP' }, list, ['policy: ACCEPT → DROP'], "ipt -P 'INPUT' DROP"],
    ['a policy stays', { chain: 'INPUT', policy: 'ACCEPT' }, list, [], ''],
  ])('%s', async (_name, args, lines, differences, script) => {
    const made = await described(iptables, args, lines);
    expect(made.plan.failed).toBeUndefined();
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it.each<[string, JsonObject, readonly string[], string]>([
    ['there is no iptables', rule, ['missing=iptables'], 'the host has no iptables. Install iptables there.'],
    ['one may not', rule, ['raw=closed', '|Permission denied', '|x'], 'Permission denied'],
    ['a rule is no rule', rule, [...list, 'code=2', 'raw=error', '|unknown option', '|x'], 'unknown option'],
    ['there is no chain', { ...rule, chain: 'X' }, ['code=1'], 'the table filter has no chain X'],
    ['a chain has no policy', { chain: 'X', policy: 'DROP' }, ['chain=yes'], "Can't detect current policy"],
  ])('says that %s', async (_name, args, lines, words) => {
    expect((await described(iptables, args, lines)).plan.failed).toContain(words);
  });

  it.each<[JsonObject]>([
    [{}],
    [{ chain: '-F' }],
    [{ chain: 'a b' }],
    [{ chain: 'A', flush: true, policy: 'DROP' }],
    [{ chain: 'A', jump: 'ACCEPT', log_prefix: 'x' }],
    [{ chain: 'A', jump: 'TEE' }],
    [{ chain: 'A', rule_num: '1; id' }],
    [{ chain: 'A', set_dscp_mark: '1', set_dscp_mark_class: 'x' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(iptables, args, [])).rejects.toThrow('module.arguments');
  });

  it('depends on what its chain and table become, and not on its other rules', () => {
    const prepared = iptables.prepare(
      { table: 'filter', chain: 'INPUT', jump: 'DROP', match: [], ctstate: [] },
      undefined as never,
    );
    const about = iptables.subjects?.(prepared as never, undefined as never) ?? [];
    expect(about).toEqual(['iptables table filter*', 'iptables chain filter INPUT*']);
  });
});

const script = `${ordered}
[ "$1" = --version ] && { echo 'iptables v1.8.9 (nf_tables)'; exit 0; }
[ "$1" = -w ] && shift 2
shift 2; o=$1; shift
case $o in
  -S) echo "-P \${1:-INPUT} ACCEPT"; sed 's/^/-A /' "$KEPT" ;;
  -C) grep -qxF -- "$*" "$KEPT" || exit 1 ;;
  -A) echo "$*" >>"$KEPT"; ordered "$@" ;;
  -D) grep -vxF -- "$*" "$KEPT" >"$KEPT.new"; mv "$KEPT.new" "$KEPT" ;;
  *) exit 2 ;;
esac`;

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('iptables, on %s', (_name, shell) => {
  let host: Programs;
  beforeEach(() => {
    host = programs({ iptables: script });
  });
  afterEach(() => host.remove());

  it('adds a rule once and takes it away once, whatever its words hold', async () => {
    const comment = 'it\'s "a" $(id) `id` \\ *';
    const args = { chain: 'INPUT', jump: 'ACCEPT', comment, wait: '5' };
    const attempt = async (more: JsonObject = {}) =>
      changes((await tryModule(iptables, { ...args, ...more }, { shell, env: host.env })).plan);
    expect(await attempt()).toEqual(['state: absent → present']);
    expect(await attempt()).toEqual([]);
    expect(host.orders()).toEqual([`[INPUT][-j][ACCEPT][-m][comment][--comment][${comment}]`]);
    expect(await attempt({ state: 'absent' })).toEqual(['state: present → absent']);
    expect(await attempt({ state: 'absent' })).toEqual([]);
  });
});
