import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import type { Controller } from '#playbook/modules/module.ts';
import { service } from '#playbook/modules/service.ts';
import { systemd } from '#playbook/modules/systemd.ts';
import { quote } from '#ssh/quote.ts';
import { changes, type Place, shells, tryModule } from './host.ts';

/** A systemctl that answers and exits as systemd's does, and keeps its state in files. */
const systemctl = `#!/bin/sh
d=\${0%/*}/units
echo "$*" >>"$d/../orders"
u="$d/$2"
case $1 in
  is-active) [ -d "$u" ] || { echo inactive; exit 4; }; if [ -e "$u/broken" ]; then echo failed; exit 3; elif [ -e "$u/running" ]; then echo active; else echo inactive; exit 3; fi ;;
  is-enabled) [ -d "$u" ] || { echo "Failed to get unit file state for $2.service: No such file or directory" >&2; exit 1; }
    if [ -e "$u/static" ]; then echo static; elif [ -e "$u/enabled" ]; then echo enabled; else echo disabled; exit 1; fi ;;
  start | restart) [ -e "$u/refuses" ] && { echo "Job for $2.service failed." >&2; exit 1; }; : >"$u/running"; rm -f "$u/broken" ;;
  reload) [ -e "$u/running" ] ;;
  stop) rm -f "$u/running" ;;
  enable) : >"$u/enabled" ;;
  disable) rm -f "$u/enabled" ;;
  *) exit 9 ;;
esac
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-'));
  mkdirSync(join(folder, 'units'));
  writeFileSync(join(folder, 'systemctl'), systemctl, { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const unit = (name: string, ...marks: readonly string[]): void => {
  mkdirSync(join(folder, 'units', name));
  for (const mark of marks) writeFileSync(join(folder, 'units', name, mark), '');
};

/** What was ordered besides questions. */
const orders = (): readonly string[] =>
  readFileSync(join(folder, 'orders'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('is-'));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('service, on %s', (_name, shell) => {
  const run = (args: JsonObject) => {
    const place: Place = { shell, env: { PATH: `${folder}:${process.env.PATH}` } };
    return tryModule(service, args, place);
  };

  it('starts and enables what is stopped, once', async () => {
    unit('web');
    const args = { name: 'web', state: 'started', enabled: true };
    const first = await run(args);
    expect(changes(first.plan)).toEqual(['enabled: false → true', 'state: stopped → started']);
    expect(first.result).toMatchObject({ changed: true, result: { name: 'web', state: 'started', enabled: true } });
    expect(changes((await run(args)).plan)).toEqual([]);
    expect(orders()).toEqual(['enable web', 'start web']);
  });

  it('stops and disables what runs', async () => {
    unit('web', 'running', 'enabled');
    expect(changes((await run({ name: 'web', state: 'stopped', enabled: false })).plan)).toEqual([
      'enabled: true → false',
      'state: started → stopped',
    ]);
    expect(orders()).toEqual(['disable web', 'stop web']);
  });

  it('restarts every time, and starts what cannot be reloaded', async () => {
    unit('web', 'running');
    for (let i = 0; i < 2; i += 1)
      expect(changes((await run({ name: 'web', state: 'restarted' })).plan)).toEqual(['state: started → restarted']);
    unit('off');
    expect(changes((await run({ name: 'off', state: 'reloaded' })).plan)).toEqual(['state: stopped → started']);
    expect(orders()).toEqual(['restart web', 'restart web', 'start off']);
  });

  it('knows a failed and a static unit', async () => {
    unit('bad', 'broken');
    expect(changes((await run({ name: 'bad', state: 'started' })).plan)).toEqual(['state: stopped → started']);
    unit('fixed', 'static', 'running');
    expect(changes((await run({ name: 'fixed', state: 'started', enabled: true })).plan)).toEqual([]);
  });

  it('says when there is no such service, and why one does not start', async () => {
    expect((await run({ name: 'nope', state: 'started' })).plan.failed).toBe(
      'Could not find the requested service nope: host',
    );
    unit('stubborn', 'refuses');
    expect((await run({ name: 'stubborn', state: 'started' })).result?.failed).toContain(
      'Job for stubborn.service failed.',
    );
  });

  it('falls back on other keepers of services where systemd did not boot the machine', async () => {
    writeFileSync(
      join(folder, 'systemctl'),
      '#!/bin/sh\necho "System has not been booted with systemd as init system (PID 1)." >&2\nexit 1\n',
    );
    writeFileSync(
      join(folder, 'rc-service'),
      `#!/bin/sh\necho "$*" >>"\${0%/*}/orders"\ncase "$*" in "-e web") exit 0 ;; "web status") exit 3 ;; "web start") exit 0 ;; esac\nexit 1\n`,
      { mode: 0o755 },
    );
    expect((await run({ name: 'web', state: 'started' })).result).toMatchObject({ changed: true });
    expect(orders()).toContain('web start');
    expect((await run({ name: 'other', state: 'started' })).plan.failed).toContain('Could not find');
  });

  it('is the module of systemd where an argument of that is given', async () => {
    const args = { name: 'web', state: 'restarted', daemon_reload: true };
    const controller = {} as Controller; // neither asks it anything
    const chosen = await service.prepare(args, controller);
    const whole = { ...args, daemon_reexec: false, scope: 'system' };
    expect(service.probe(chosen, quote)).toBe(systemd.probe(await systemd.prepare(whole, controller), quote));
    const plain = await service.prepare({ name: 'web', state: 'restarted' }, controller);
    expect(service.probe(plain, quote)).toContain('rc-service');
  });

  it.each([
    [{ name: '-x', state: 'started' }],
    [{ name: 'a b', state: 'started' }],
    [{ name: '*', state: 'stopped' }],
    [{ name: '$(id)', state: 'started' }],
    [{ name: 'a' }],
    [{ name: '../x', state: 'started' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});
