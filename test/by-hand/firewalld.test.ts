import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { firewalld } from '#playbook/modules/firewalld.ts';
import { changes, shells, tryModule } from '../playbook/modules/host.ts';
import { needed } from './needed.ts';

/* Needs a firewalld whose zones one may change, running or not: QUARTERDECK_TEST_FIREWALLD=yes. */
needed('QUARTERDECK_TEST_FIREWALLD');

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'a real firewalld, on %s',
  { timeout: 300_000 },
  (_name, shell) => {
    const attempt = (args: JsonObject, really = true) => tryModule(firewalld, args, { shell }, really);
    const of = async (args: JsonObject) => {
      const done = await attempt(args);
      expect(done.plan.failed ?? done.result?.failed).toBeUndefined();
      return changes(done.plan);
    };
    const runs = async (): Promise<boolean> =>
      (await attempt({ service: 'ssh', state: 'enabled' }, false)).plan.failed === undefined;

    it.each([
      [{ service: 'https' }],
      [{ port: '8081/tcp' }],
      [{ port: '161-162/udp' }],
      [{ protocol: 'ospf' }],
      [{ rich_rule: 'rule service name="ftp" audit limit value="1/m" accept' }],
      [{ source: '192.0.2.0/24' }],
      [{ interface: 'qd-eth2' }],
      [{ icmp_block: 'echo-request' }],
      [{ icmp_block_inversion: true }],
      [{ masquerade: true }],
      [{ forward: true }],
      [{ port_forward: [{ port: 443, proto: 'tcp', toport: 8443 }] }],
      [{ port_forward: [{ port: '444', proto: 'udp', toport: '1-5', toaddr: '192.0.2.1' }] }],
    ] as readonly (readonly [JsonObject])[])('%j goes on and off', async (one) => {
      const args = { ...one, zone: 'dmz', permanent: true, immediate: await runs() };
      const both = args.immediate ? 2 : 1;
      await of({ ...args, state: 'disabled' });
      expect(await of({ ...args, state: 'enabled' })).toHaveLength(both);
      expect(await of({ ...args, state: 'enabled' })).toEqual([]);
      expect(await of({ ...args, state: 'disabled' })).toHaveLength(both);
      expect(await of({ ...args, state: 'disabled' })).toEqual([]);
    });

    it('keeps zones and targets', async () => {
      const zone = { zone: 'qdcustom', permanent: true };
      expect(await of({ ...zone, state: 'present' })).toEqual(['state: absent → present']);
      expect(await of({ ...zone, state: 'present' })).toEqual([]);
      for (const target of ['DROP', 'ACCEPT', '%%REJECT%%', 'default']) {
        expect(await of({ ...zone, target, state: 'present' })).toHaveLength(1);
        expect(await of({ ...zone, target, state: 'present' })).toEqual([]);
      }
      expect(await of({ ...zone, service: 'http', state: 'enabled' })).toEqual(['permanent: disabled → enabled']);
      expect(await of({ ...zone, state: 'absent' })).toEqual(['state: present → absent']);
      expect(await of({ ...zone, state: 'absent' })).toEqual([]);
      expect((await attempt({ ...zone, target: 'DROP', state: 'enabled' }, false)).plan.failed).toContain(
        'INVALID_ZONE',
      );
    });

    it('says what cannot be', async () => {
      const failed = async (args: JsonObject) => {
        const { plan, result } = await attempt({ permanent: true, state: 'enabled', ...args });
        return plan.failed ?? result?.failed;
      };
      expect(await failed({ service: 'no-such-service' })).toContain('INVALID_SERVICE');
      expect(await failed({ icmp_block: 'nonsense' })).toContain('INVALID_ICMPTYPE');
      expect(await failed({ rich_rule: 'nonsense' })).toContain('INVALID_RULE');
    });
  },
);
