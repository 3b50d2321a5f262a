import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readServices, serviceFacts } from '#playbook/modules/service_facts.ts';
import { shells, tryModule } from './host.ts';

const raw = (key: string, text: string): string =>
  `raw=${key}\n${text
    .split('\n')
    .map((line) => `|${line}\n`)
    .join('')}|x\n`;

describe('service_facts', () => {
  it('reads what systemd says of units and their files', () => {
    const units =
      'ssh.service loaded active running OpenBSD Secure Shell server\ngone.service not-found inactive dead gone.service\nbad.service loaded failed failed It broke\nonce.service loaded active exited Once';
    const files =
      'ssh.service enabled enabled\nonce.service static -\nidle.service disabled enabled\ngetty@.service enabled enabled';
    const stdout = `${raw('units', units)}${raw('files', files)}asked=idle.service \n${raw('states', 'ActiveState=inactive')}end\n`;
    const found = Object.fromEntries(
      readServices({ code: 0, stdout, stderr: '' }).map((one) => [one.name, `${one.state} ${one.status}`]),
    );
    expect(found).toEqual({
      'ssh.service': 'running enabled',
      'gone.service': 'stopped not-found',
      'bad.service': 'stopped failed',
      'once.service': 'stopped static',
      'idle.service': 'inactive disabled',
      'getty@.service': 'unknown enabled',
    });
  });

  it.each(shells.map((shell) => [shell.join(' '), shell] as const))(
    'asks old init scripts, on %s',
    async (_name, shell) => {
      const folder = mkdtempSync(join(tmpdir(), 'service-facts-'));
      writeFileSync(join(folder, 'service'), "#!/bin/sh\necho ' [ + ]  cron'\necho ' [ - ]  x11 common'\n", {
        mode: 0o755,
      });
      const { plan } = await tryModule(serviceFacts, {}, { shell, env: { PATH: `${folder}:${process.env.PATH}` } });
      expect(plan.result.ansible_facts).toMatchObject({
        services: { cron: { name: 'cron', state: 'running', source: 'sysv' }, 'x11 common': { state: 'stopped' } },
      });
      expect(plan.differences).toEqual([]);
      rmSync(folder, { recursive: true });
    },
  );

  it('is skipped where nothing is found', () => {
    const state = serviceFacts.read({ code: 0, stdout: 'end\n', stderr: '' }, null);
    expect(serviceFacts.plan(null, state)).toMatchObject({ skipped: true });
  });
});
