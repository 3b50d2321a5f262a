import { describe, expect, it } from 'vitest';
import { factsProbe, readFacts } from '#playbook/facts.ts';
import { quote } from '#ssh/quote.ts';
import { runScript, shells } from './modules/host.ts';

describe('facts', () => {
  it.each(shells.map((shell) => [shell.join(' '), shell] as const))(
    'of this machine can be read by %s',
    async (_name, shell) => {
      const output = await runScript(factsProbe(quote), { shell });
      const facts = readFacts('here', output);
      expect(facts).toMatchObject({ host: 'here', reachable: true });
      expect(facts.cpus).toBeGreaterThan(0);
      expect(facts.uptimeSeconds).toBeGreaterThan(0);
      expect(facts.memory?.totalBytes).toBeGreaterThan(facts.memory?.availableBytes ?? Number.POSITIVE_INFINITY);
      expect(facts.disks?.map((disk) => disk.mount)).toContain('/');
      expect(facts.load).toHaveLength(3);
      expect(output.stderr).toBe('');
    },
  );

  it('do without what a host does not tell', () => {
    const facts = readFacts('bare', {
      code: 0,
      stdout: 'os=FreeBSD\nkernel=14\nload= 0.10 0.20 0.30\nend\n',
      stderr: '',
    });
    expect(facts).toEqual({ host: 'bare', reachable: true, load: [0.1, 0.2, 0.3], disks: [], system: 'FreeBSD 14' });
  });

  it('list failed services only where systemd was asked', () => {
    const asked = readFacts('h', {
      code: 0,
      stdout: 'services=asked\nfailed=nginx.service\nfailed=a b.service\nend\n',
      stderr: '',
    });
    expect(asked.failedServices).toEqual(['nginx.service', 'a b.service']);
  });

  it('cut short are a fault, not a state', () => {
    expect(() => readFacts('h', { code: 0, stdout: 'os=Linux\n', stderr: '' })).toThrow('module.probe');
  });
});
