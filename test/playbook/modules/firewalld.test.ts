import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { firewalld } from '#playbook/modules/firewalld.ts';
import { changes, shells, tryModule } from './host.ts';
import { ordered, type Programs, programs } from './programs.ts';

/** A firewall-cmd that keeps its settings as lines of a file and, as the real one, takes no option it does not know. */
const tool = (where: string): string => `${ordered}
perm=${where}; zone=; verb=; rest=; timeout=
for w in "$@"; do case $w in
  --permanent) perm=disk ;;
  --zone=*) zone=\${w#--zone=} ;;
  --timeout=[1-9]*) timeout=yes ;;
  --state) [ -e "$KEPT.running" ] && exit 0; echo 'not running' >&2; exit 252 ;;
  --get-default-zone) echo public; exit 0 ;;
  --get-zones) echo "block public trusted $(cat "$KEPT.zones" 2>/dev/null)"; exit 0 ;;
  --new-zone=*) ordered "$@"; echo "\${w#*=}" >>"$KEPT.zones"; exit 0 ;;
  --delete-zone=*) ordered "$@"; : >"$KEPT.zones"; exit 0 ;;
  --get-target) cat "$KEPT.target" 2>/dev/null || echo default; exit 0 ;;
  --set-target=*) ordered "$@"; echo "\${w#*=}" >"$KEPT.target"; exit 0 ;;
  --query-*|--add-*|--remove-*|--change-interface=*) verb=\${w%%-[a-z]*}; verb=\${w#--}; rest=\${verb#*-}; verb=\${verb%%-*} ;;
  *) echo "unrecognized arguments: $w" >&2; exit 2 ;;
esac; done
[ "$zone" != nowhere ] || { echo "Error: INVALID_ZONE: nowhere" >&2; exit 112; }
case $rest in *=no-such) [ $verb != add ] || { echo "Error: INVALID_SERVICE: no-such" >&2; exit 101; } ;; esac
[ "$perm" != off ] || [ "$verb" != remove ] || case $rest in service-from-zone=*) rest=service=\${rest#*=} ;; service=*) exit 2 ;; esac
[ "$perm" = now ] || perm=disk
line="$perm $zone $rest"
case $verb in
  query) if grep -qxF -e "$line" "$KEPT"; then echo yes; exit 0; else echo no; exit 1; fi ;;
  remove) ordered "$@"; grep -vxF -e "$line" "$KEPT" >"$KEPT.new"; cat "$KEPT.new" >"$KEPT" ;;
  *) ordered "$@"; printf '%s\\n' "$line" >>"$KEPT" ;;
esac
:`;

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('firewalld in %s', (_name, shell) => {
  let place: Programs | undefined;
  afterEach(() => {
    place?.remove();
    place = undefined;
  });
  const host = (running = true): Programs => {
    place = programs({
      'firewall-cmd': running ? `: >"$KEPT.running"\n${tool('now')}` : tool('now'),
      'firewall-offline-cmd': tool('off'),
    });
    return place;
  };
  const attempt = (on: Programs, args: JsonObject, really = true) =>
    tryModule(firewalld, args, { shell, env: on.env }, really);

  it.each([
    [{ service: 'https', permanent: true }, '[--permanent][--zone=public]', 'service=https'],
    [{ service: 'https', zone: 'dmz' }, '[--zone=dmz]', 'service=https'],
    [{ port: '8081/tcp', permanent: true }, '[--permanent][--zone=public]', 'port=8081/tcp'],
    [{ protocol: 'ospf', permanent: true }, '[--permanent][--zone=public]', 'protocol=ospf'],
    [
      { rich_rule: 'rule service name="ftp" audit limit value="1/m" accept' },
      '[--zone=public]',
      'rich-rule=rule service name="ftp" audit limit value="1/m" accept',
    ],
    [{ source: '192.0.2.0/24', zone: 'internal' }, '[--zone=internal]', 'source=192.0.2.0/24'],
    [{ icmp_block: 'echo-request', permanent: true }, '[--permanent][--zone=public]', 'icmp-block=echo-request'],
    [{ icmp_block_inversion: true }, '[--zone=public]', 'icmp-block-inversion'],
    [{ masquerade: true, permanent: true, zone: 'dmz' }, '[--permanent][--zone=dmz]', 'masquerade'],
    [{ forward: true }, '[--zone=public]', 'forward'],
    [
      { port_forward: [{ port: 443, proto: 'tcp', toport: 8443, toaddr: '192.0.2.1' }] },
      '[--zone=public]',
      'forward-port=port=443:proto=tcp:toport=8443:toaddr=192.0.2.1',
    ],
  ] as readonly (readonly [JsonObject, string, string])[])('%j goes on and off', async (args, begin, rest) => {
    const on = host();
    const wanted = { ...args, state: 'enabled' };
    expect((await attempt(on, wanted, false)).plan.differences).toHaveLength(1);
    expect(on.orders()).toEqual([]);
    expect((await attempt(on, wanted)).result).toMatchObject({ changed: true });
    expect(on.orders()).toEqual([`${begin}[--add-${rest}]`]);
    expect((await attempt(on, wanted)).plan.differences).toEqual([]);
    expect((await attempt(on, { ...args, state: 'disabled' })).result).toMatchObject({ changed: true });
    expect(on.orders().at(-1)).toBe(`${begin}[--remove-${rest}]`);
    expect((await attempt(on, { ...args, state: 'disabled' })).plan.differences).toEqual([]);
  });

  it('goes on disk and in force, each where it is missing', async () => {
    const on = host();
    const args = { service: 'http', permanent: true, immediate: true, state: 'enabled' };
    await attempt(on, { service: 'http', permanent: true, state: 'enabled' });
    const { plan, result } = await attempt(on, args);
    expect(plan.differences).toEqual([
      { subject: 'firewalld public service http', aspect: 'in force', before: 'disabled', after: 'enabled' },
    ]);
    expect(result?.result).toEqual({
      msg: 'Permanent and Non-Permanent(immediate) operation, Changed service http to enabled',
    });
    expect(on.orders().at(-1)).toBe('[--zone=public][--add-service=http]');
  });

  it('keeps zones and their targets', async () => {
    const on = host();
    const zone = { zone: 'custom', permanent: true };
    expect(changes((await attempt(on, { ...zone, state: 'present' })).plan)).toEqual(['state: absent → present']);
    expect(changes((await attempt(on, { ...zone, state: 'present' })).plan)).toEqual([]);
    const target = { ...zone, target: 'DROP' };
    expect(changes((await attempt(on, { ...target, state: 'present' })).plan)).toEqual(['target: default → DROP']);
    expect(changes((await attempt(on, { ...target, state: 'enabled' })).plan)).toEqual([]);
    expect(changes((await attempt(on, { ...target, state: 'disabled' })).plan)).toEqual(['target: DROP → default']);
    expect(changes((await attempt(on, { ...target, state: 'absent' })).plan)).toEqual([]);
    expect(changes((await attempt(on, { ...zone, state: 'absent' })).plan)).toEqual(['state: present → absent']);
    expect(on.orders()).toEqual([
      '[--permanent][--new-zone=custom]',
      '[--permanent][--zone=custom][--set-target=DROP]',
      '[--permanent][--zone=custom][--set-target=default]',
      '[--permanent][--delete-zone=custom]',
    ]);
  });

  it('an interface changes its zone', async () => {
    const on = host();
    const { plan } = await attempt(on, { interface: 'eth2', zone: 'trusted', permanent: true, state: 'enabled' });
    expect(plan.differences[0]?.subject).toBe('firewalld interface eth2');
    expect(on.orders()).toEqual(['[--permanent][--zone=trusted][--change-interface=eth2]']);
  });

  it('a timeout goes with what is in force only', async () => {
    const on = host();
    await attempt(on, { service: 'http', permanent: true, immediate: true, timeout: 60, state: 'enabled' });
    expect(on.orders()).toEqual([
      '[--permanent][--zone=public][--add-service=http]',
      '[--zone=public][--add-service=http][--timeout=60]',
    ]);
  });

  it('false means the other way', async () => {
    const on = host();
    await attempt(on, { masquerade: true, state: 'enabled' });
    expect(changes((await attempt(on, { masquerade: false, state: 'enabled' })).plan)).toEqual([
      'in force: enabled → disabled',
    ]);
    expect(changes((await attempt(on, { masquerade: false, state: 'disabled' })).plan)).toEqual([
      'in force: disabled → enabled',
    ]);
  });

  it('what is on disk is changed where firewalld does not run', async () => {
    const on = host(false);
    const args = { service: 'http', permanent: true };
    expect((await attempt(on, { ...args, state: 'enabled' })).result?.result).toEqual({
      msg: 'Permanent operation, Changed service http to enabled, (offline operation: only on-disk configs were altered)',
    });
    await attempt(on, { ...args, state: 'disabled' });
    expect(on.orders()).toEqual([
      '[--zone=public][--add-service=http]',
      '[--zone=public][--remove-service-from-zone=http]',
    ]);
    expect((await attempt(on, { service: 'http', state: 'enabled' })).plan.failed).toContain(
      'firewalld is not running',
    );
    expect((await attempt(on, { ...args, immediate: true, state: 'enabled' })).plan.failed).toContain('is not running');
    const offline = await attempt(on, { ...args, immediate: true, offline: true, state: 'enabled' });
    expect(changes(offline.plan)).toEqual(['permanent: disabled → enabled']);
  });

  it('says what firewalld says', async () => {
    const on = host();
    expect((await attempt(on, { service: 'http', zone: 'nowhere', state: 'enabled' })).plan.failed).toBe(
      'firewalld: Error: INVALID_ZONE: nowhere. A new zone is in force once firewalld was reloaded.',
    );
    expect((await attempt(on, { service: 'no-such', state: 'enabled' })).result?.failed).toBe(
      'firewalld: Error: INVALID_SERVICE: no-such',
    );
    const closed = programs({ 'firewall-cmd': 'echo "Authorization failed." >&2; exit 253' });
    expect((await attempt(closed, { service: 'http', state: 'enabled' })).plan.failed).toBe('Authorization failed.');
    closed.remove();
  });

  it('nothing in a value is a word of the shell', async () => {
    const on = host();
    const rich = 'rule "$(id)" `id` \\ it\'s; id';
    await attempt(on, { rich_rule: rich, state: 'enabled' });
    expect(on.orders()).toEqual([`[--zone=public][--add-rich-rule=${rich}]`]);
  });

  it.each([
    [{ state: 'enabled' }],
    [{ state: 'present', permanent: true }],
    [{ state: 'present', zone: 'x' }],
    [{ state: 'absent', zone: 'x', permanent: true, immediate: true }],
    [{ state: 'present', service: 'http', permanent: true }],
    [{ state: 'enabled', service: 'http', port: '80/tcp' }],
    [{ state: 'enabled', service: 'http https' }],
    [{ state: 'enabled', service: '' }],
    [{ state: 'enabled', port: '80' }],
    [{ state: 'enabled', port: '80/icmp' }],
    [{ state: 'enabled', port: 'http/tcp' }],
    [{ state: 'enabled', interface: 'eth0' }],
    [{ state: 'enabled', target: 'DROP', permanent: true }],
    [{ state: 'enabled', target: 'drop', zone: 'x', permanent: true }],
    [{ state: 'enabled', service: 'http', zone: 'a b' }],
    [{ state: 'enabled', masquerade: 'maybe' }],
    [{ state: 'enabled', service: 'http', permanent: true, timeout: 5 }],
    [{ state: 'disabled', service: 'http', timeout: 5 }],
    [{ state: 'enabled', source: '192.0.2.1', timeout: 5 }],
    [{ state: 'enabled', rich_rule: 'rule\naccept' }],
    [{ state: 'enabled', port_forward: [] }],
    [
      {
        state: 'enabled',
        port_forward: [
          { port: 1, proto: 'tcp', toport: 2 },
          { port: 3, proto: 'tcp', toport: 4 },
        ],
      },
    ],
    [{ state: 'enabled', port_forward: [{ port: 1, proto: 'icmp', toport: 2 }] }],
    [{ state: 'enabled', port_forward: [{ port: 1, proto: 'tcp', toport: 2, toaddr: 'a:b:c', x: 1 }] }],
  ] as readonly (readonly [JsonObject])[])('%j is refused before any host is asked', async (args) => {
    await expect(tryModule(firewalld, args)).rejects.toThrow('module.arguments');
  });
});
