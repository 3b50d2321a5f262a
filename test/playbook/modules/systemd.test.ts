import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { readShow } from '#playbook/modules/systemd/probe.ts';
import { systemd } from '#playbook/modules/systemd.ts';
import { systemdService } from '#playbook/modules/systemd_service.ts';
import { findProgram } from '#test/support/programs.ts';
import { changes, shells, tryModule } from './host.ts';

/** A systemctl that answers and exits as systemd 252 does, and keeps its state in files. */
const systemctl = `#!/bin/sh
d=\${0%/*}/units
echo "$*" >>"$d/../orders"
while :; do case $1 in --*) shift ;; *) break ;; esac; done
u="$d/$2"
case $1 in
  show) if [ -e "$d/../chroot" ]; then echo "Running in chroot, ignoring command 'show'" >&2; exit 0; fi
    if [ ! -d "$u" ]; then echo LoadState=not-found; echo ActiveState=inactive; exit 0; fi
    if [ -e "$u/masked" ]; then echo LoadState=masked; elif [ -e "$u/wrong" ]; then echo LoadState=bad-setting; echo "LoadError=org.freedesktop.systemd1.BadUnitSetting"; else echo LoadState=loaded; fi
    if [ -e "$u/running" ]; then echo ActiveState=active; else echo ActiveState=inactive; fi
    echo 'ExecStart={ path=/bin/x ; argv[]=/bin/x a
b ; }' ;;
  is-enabled) [ -d "$u" ] || exit 1
    if [ -e "$u/masked" ]; then echo masked; exit 1; elif [ -e "$u/static" ]; then echo static; elif [ -e "$u/indirect" ]; then echo indirect
    elif [ -e "$u/enabled" ]; then echo enabled; echo "  /etc/systemd/system/x"; else echo disabled; exit 1; fi ;;
  start | restart) [ -e "$u/refuses" ] && { echo "Job for $2.service failed." >&2; exit 1; }; : >"$u/running" ;;
  reload) [ -e "$u/running" ] ;;
  stop) rm -f "$u/running" ;;
  enable) : >"$u/enabled" ;;
  disable) rm -f "$u/enabled" ;;
  mask) mkdir -p "$u"; : >"$u/masked" ;;
  unmask) rm -f "$u/masked" ;;
  daemon-reload) [ ! -e "$d/../stuck" ] || { echo "no" >&2; exit 4; } ;;
  daemon-reexec) ;;
  *) exit 9 ;;
esac
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'systemd-'));
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
  !existsSync(join(folder, 'orders'))
    ? []
    : readFileSync(join(folder, 'orders'), 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !/(?:^| )(?:is-enabled|show) /.test(line));

const runOn = (shell: readonly string[], args: JsonObject, really = true) =>
  tryModule(systemd, args, { shell, env: { PATH: `${folder}:${process.env.PATH}` } }, really);
const run = (args: JsonObject, really = true) => runOn(['dash'], args, really);

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('systemd, on %s', (_name, shell) => {
  it('unmasks, enables and starts, in this order, once', async () => {
    unit('web', 'masked');
    const args = { name: 'web', state: 'started', enabled: true, masked: false, daemon_reload: true };
    const first = await runOn(shell, args);
    expect(changes(first.plan)).toEqual([
      'daemon-reload: false → true',
      'masked: true → false',
      'enabled: false → true',
      'state: stopped → started',
    ]);
    expect(first.result).toMatchObject({ changed: true, result: { name: 'web', state: 'started', enabled: true } });
    expect(orders()).toEqual(['daemon-reload', 'unmask web', 'enable web', 'start web']);
    const second = await runOn(shell, args);
    expect(changes(second.plan)).toEqual(['daemon-reload: false → true']);
    expect(second.result?.changed).toBe(false);
  });
});

describe('systemd', () => {
  it('lets systemd read its files again, which is no change', async () => {
    const only = await run({ daemon_reload: true });
    expect(only.plan.differences).toMatchObject([{ subject: 'systemd', how: true }]);
    expect(only.result).toMatchObject({ changed: false });
    expect(orders()).toEqual(['daemon-reload']);
  });

  it('changes nothing while it plans', async () => {
    unit('web');
    await run({ name: 'web', state: 'restarted', enabled: true, masked: true, daemon_reexec: true }, false);
    expect(orders()).toEqual([]);
  });

  it('restarts and reloads every time, and starts what does not run', async () => {
    unit('web', 'running');
    for (let i = 0; i < 2; i += 1)
      expect(changes((await run({ name: 'web', state: 'restarted' })).plan)).toEqual(['state: started → restarted']);
    expect(changes((await run({ name: 'web', state: 'reloaded' })).plan)).toEqual(['state: started → reloaded']);
    await run({ name: 'web', state: 'stopped' });
    expect(changes((await run({ name: 'web', state: 'reloaded' })).plan)).toEqual(['state: stopped → started']);
    expect(orders()).toEqual(['restart web', 'restart web', 'reload web', 'stop web', 'start web']);
  });

  it('knows static and indirect units, and masks what is not there', async () => {
    unit('fixed', 'static');
    unit('turned', 'indirect');
    expect(changes((await run({ name: 'fixed', enabled: true }, false)).plan)).toEqual([]);
    expect(changes((await run({ name: 'turned', enabled: true }, false)).plan)).toEqual(['enabled: false → true']);
    expect(changes((await run({ name: 'ghost', masked: true })).plan)).toEqual(['masked: false → true']);
    expect(changes((await run({ name: 'ghost', masked: true })).plan)).toEqual([]);
  });

  it('passes scope, force and no_block on', async () => {
    unit('web');
    await run({ name: 'web', state: 'started', scope: 'user', no_block: true, force: true });
    expect(orders()).toEqual(['--user --no-block --force start web']);
  });

  it('says why it cannot', async () => {
    expect((await run({ name: 'nope', state: 'started' })).plan.failed).toBe(
      'Could not find the requested service nope: host',
    );
    unit('stubborn', 'refuses');
    expect((await run({ name: 'stubborn', state: 'started' })).result?.failed).toBe(
      'Unable to start service stubborn: Job for stubborn.service failed.',
    );
    unit('odd', 'wrong');
    expect((await run({ name: 'odd', state: 'started' })).plan.failed).toContain("Error loading unit file 'odd'");
    writeFileSync(join(folder, 'stuck'), '');
    expect((await run({ daemon_reload: true })).result?.failed).toBe('failure 4 during daemon-reload: no');
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    const none = await tryModule(systemd, { daemon_reload: true }, bare, false);
    expect(none.plan.failed).toContain('the host has no systemctl');
  });

  it('enables but starts nothing where systemd is offline', async () => {
    unit('web');
    writeFileSync(join(folder, 'chroot'), '');
    expect(changes((await run({ name: 'web', state: 'started', enabled: true })).plan)).toEqual([
      'enabled: false → true',
    ]);
  });

  it('gives what systemctl shows, values of several lines too', async () => {
    unit('web', 'running');
    const { plan } = await run({ name: 'web', state: 'started' });
    expect(plan.result.status).toMatchObject({ ActiveState: 'active', ExecStart: expect.stringContaining('a\nb ; }') });
    expect(readShow('Description={ odd\nId=x')).toEqual({ Description: '{ odd', Id: 'x' });
  });

  it('has a second name', () => {
    expect([systemd.name, systemdService.name]).toEqual(['systemd', 'systemd_service']);
  });

  it.each([
    [{ name: '-x', state: 'started' }],
    [{ name: 'a b', state: 'started' }],
    [{ name: 'web*', state: 'stopped' }],
    [{ name: '$(id)', state: 'started' }],
    [{ name: "a'b", state: 'started' }],
    [{ name: 'web' }],
    [{ state: 'started' }],
    [{}],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});
