import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import type { DnfArgs } from '#playbook/modules/dnf/arguments.ts';
import { dnf } from '#playbook/modules/dnf.ts';
import { yum } from '#playbook/modules/yum.ts';
import { quote } from '#ssh/quote.ts';
import { findProgram } from '#test/support/programs.ts';
import { changes, tryModule } from './host.ts';

/** There is no dnf to be had for these tests: what it answers is as it printed it elsewhere. */
const install = `Last metadata expiration check: 0:12:01 ago on Mon 01 Jul 2024 10:00:00 AM UTC.
Dependencies resolved.
================================================================================
 Package                Arch        Version               Repository       Size
================================================================================
Installing:
 nginx                  x86_64      1:1.20.1-14.el9       appstream        36 k
Upgrading:
 openssl-libs           x86_64      1:3.0.7-27.el9        baseos          1.9 M
Installing dependencies:
 nginx-core             x86_64      1:1.20.1-14.el9       appstream       566 k
 a-name-that-is-much-too-long-for-its-column
                        noarch      1.2-3.el9             appstream       9.3 k
Removing dependent packages:
 old-thing              noarch      1.0-1.el9             @appstream        1 k

Transaction Summary
================================================================================
Install  3 Packages

Operation aborted.`;

const prepared = (args: JsonObject): DnfArgs => {
  const checked = checkArguments(dnf, args);
  if (!checked.ok) throw new Error(checked.refusal.code);
  return dnf.prepare(checked.value, undefined as never) as DnfArgs;
};

const raw = (key: string, text: string): string =>
  `raw=${key}\n${text
    .split('\n')
    .map((line) => `|${line}\n`)
    .join('')}|x\n`;

const planOf = (args: JsonObject, stdout: string) => {
  const ready = prepared(args);
  const state = dnf.read({ code: 0, stdout: `${stdout}end\n`, stderr: '' }, ready);
  return { ready, state, plan: dnf.plan(ready, state) };
};

describe('dnf', () => {
  it('plans what dnf says it would do', () => {
    const stdout = `want=nginx\ncode=1\n${raw('transaction', install)}${raw('installed', 'openssl-libs 1:3.0.1-1.el9\nbash 5.1-1')}`;
    const { ready, state, plan } = planOf({ name: 'nginx', disablerepo: 'epel', enablerepo: ['a', 'b'] }, stdout);
    expect(plan.differences.map((one) => `${one.subject}: ${one.before} → ${one.after}`)).toEqual([
      'package nginx: absent → 1:1.20.1-14.el9',
      'package openssl-libs: 1:3.0.1-1.el9 → 1:3.0.7-27.el9',
      'package nginx-core: absent → 1:1.20.1-14.el9',
      'package a-name-that-is-much-too-long-for-its-column: absent → 1.2-3.el9',
      'package old-thing: 1.0-1.el9 → absent',
    ]);
    expect(dnf.apply(ready, state, plan, quote)?.script).toContain(
      "$m -y '--enablerepo=a,b' '--disablerepo=epel' install 'nginx' </dev/null",
    );
    const done = dnf.finish(ready, state, plan, { code: 0, stdout: '', stderr: '' });
    expect(done).toMatchObject({ changed: true, result: { rc: 0 } });
    expect(done.result.results).toContain('Installed: nginx-1:1.20.1-14.el9');
  });

  it('plans nothing when all is there, and when dnf has nothing to do', () => {
    expect(planOf({ name: 'nginx' }, '').plan.differences).toEqual([]);
    const nothing = `want=nginx\ncode=0\n${raw('transaction', 'Dependencies resolved.\nNothing to do.\nComplete!')}`;
    expect(planOf({ name: 'nginx', state: 'latest' }, nothing).plan.differences).toEqual([]);
  });

  it('says what there is not', () => {
    const none = raw('transaction', 'No match for argument: nope\nError: Unable to find a match: nope');
    const { plan } = planOf({ name: 'nope' }, `want=nope\ncode=1\n${none}`);
    expect(plan).toMatchObject({
      failed: 'Failed to install some of the specified packages',
      result: { failures: ['No package nope available.'] },
    });
    const broken = raw('transaction', 'Error: \n Problem: conflicting requests\n  - nothing provides x needed by y');
    expect(planOf({ name: 'y' }, `want=y\ncode=1\n${broken}`).plan.failed).toContain('nothing provides x needed by y');
    const old = raw('transaction', 'Loaded plugins: fastestmirror\nNo package nope available.\nError: Nothing to do');
    expect(planOf({ name: 'nope' }, `want=nope\ncode=1\n${old}`).plan.failed).toContain('Failed to install');
  });

  it('fetches lists first when asked, which alone is a change', () => {
    expect(planOf({ update_cache: true }, '').plan.differences).toMatchObject([{ aspect: 'updated' }]);
    const { plan } = planOf({ name: 'bash', update_cache: true }, '');
    expect(plan.differences).toMatchObject([{ aspect: 'updated', how: true }]);
  });

  it('really asks the host, which may have neither', async () => {
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    const { plan } = await tryModule(yum, { name: ['a', '@web', 'https://x.example/a.rpm'] }, bare, false);
    expect(plan.failed).toContain('yum: the host has no dnf');
    expect(changes(plan)).toEqual([]);
  });

  it.each([
    [{}],
    [{ name: '-x' }],
    [{ name: '--setopt=x' }],
    [{ name: '$(id)' }],
    [{ name: "a'b" }],
    [{ name: 'a\nb' }],
    [{ name: ['*', 'a'], state: 'latest' }],
    [{ name: '*' }],
  ])('refuses %j before any host is asked', (args) => {
    expect(() => prepared(args)).toThrow('module.arguments');
  });
});
