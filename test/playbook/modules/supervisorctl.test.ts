import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { supervisorctl } from '#playbook/modules/supervisorctl.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';
import { ordered, type Programs, programs } from './programs.ts';

const status = (...lines: readonly string[]) => ['raw=status', ...lines.map((line) => `|${line}`), '|x'];
const all = status(
  'app                     RUNNING   pid 7, uptime 1:00:00',
  'idle                    STOPPED   Not started',
  'web:web_00              STARTING',
  'web:web_01              FATAL     Exited too quickly (process log may have details)',
);

describe('supervisorctl, described', () => {
  it.each<[string, JsonObject, readonly string[], string]>([
    ['one that runs stays', { name: 'app', state: 'started' }, [], ''],
    ['one is started', { name: 'idle', state: 'started' }, ['state: stopped → started'], "act 'start' 'idle' started"],
    [
      'of a group, those that do not run are started',
      { name: 'web:', state: 'started' },
      ['state: fatal → started'],
      "act 'start' 'web:web_01' started",
    ],
    [
      'of a group, those that run are stopped',
      { name: 'web:', state: 'stopped' },
      ['state: starting → stopped'],
      "act 'stop' 'web:web_00' stopped",
    ],
    [
      'all are stopped',
      { name: 'all', state: 'stopped' },
      ['state: running → stopped', 'state: starting → stopped'],
      "act 'stop' 'app' stopped\nact 'stop' 'web:web_00' stopped",
    ],
    [
      'one is restarted',
      { name: 'app', state: 'restarted' },
      ['state: running → restarted'],
      "case $p in 'app') any=yes",
    ],
    ['a new one is restarted too', { name: 'new', state: 'restarted' }, ['state: absent → restarted'], 'ctl update'],
    [
      'a group is restarted',
      { name: 'web:', state: 'restarted' },
      ['state: starting → restarted', 'state: fatal → restarted'],
      "case $p in 'web':*) any=yes",
    ],
    [
      'one gets a signal',
      { name: 'all', state: 'signalled', signal: 'USR1' },
      ['runs: null → signal USR1'],
      "act 'signal USR1' 'app' signalled",
    ],
    ['one becomes known', { name: 'new', state: 'present' }, ['state: absent → present'], "ctl add 'new'"],
    ['one that is known stays', { name: 'web:', state: 'present' }, [], ''],
    ['one is forgotten', { name: 'app', state: 'absent' }, ['state: present → absent'], "ctl remove 'app'"],
    ['one that is unknown is absent', { name: 'new', state: 'absent' }, [], ''],
  ])('%s', async (_name, args, differences, script) => {
    const made = await described(supervisorctl, args, all);
    expect(made.plan.failed).toBeUndefined();
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it.each<[string, JsonObject, readonly string[], string]>([
    ['there is no supervisor', { name: 'a', state: 'started' }, ['missing=supervisorctl'], 'Install supervisor there.'],
    ['its path is wrong', { name: 'a', state: 'started', supervisorctl_path: '/x' }, ['notool=yes'], 'executable: /x'],
    ['it does not answer', { name: 'a', state: 'present' }, status('unix:///run/s.sock no such file'), 'no such file'],
    ['there is no such process', { name: 'new', state: 'stopped' }, all, 'ERROR (no such process)'],
  ])('says that %s', async (_name, args, lines, words) => {
    expect((await described(supervisorctl, args, lines)).plan.failed).toContain(words);
  });

  it.each<[JsonObject]>([
    [{ name: 'a' }],
    [{ name: 'a b', state: 'started' }],
    [{ name: '-x', state: 'started' }],
    [{ name: ':', state: 'started' }],
    [{ name: 'a', state: 'signalled' }],
    [{ name: 'a', state: 'signalled', signal: 'HUP all' }],
    [{ name: 'a', state: 'running' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(supervisorctl, args, [])).rejects.toThrow('module.arguments');
  });
});

/** A server whose programs are lines of a file; it lets in who knows the password, when there is one. */
const script = `${ordered}
c= u= n=
while :; do case $1 in -c) c=$2 ;; -s) u=$2 ;; -n|-u) n=$2 ;; *) break ;; esac; shift 2; done
ordered "$@" "$u" "$n"
case "$*" in *"$SECRET"*) echo 'it is for everybody to see' >&2; exit 1 ;; esac
[ -z "$WANTED" ] || { grep -q 'ENV_QUARTERDECK_PASSWORD' "$c" && [ "$QUARTERDECK_PASSWORD" = "$WANTED" ]; } || { echo 'Server requires authentication'; exit 1; }
case $1 in
  status) cat "$KEPT"; exit 3 ;;
  add) echo "$2 STOPPED" >>"$KEPT"; echo "$2: added process group" ;;
  remove) sed -i "/^$2 /d" "$KEPT"; echo "$2: removed process group" ;;
  start) case $2 in bad) echo "bad: ERROR (spawn error)"; exit 7 ;; esac; sed -i "s/^$2 .*/$2 RUNNING/" "$KEPT"; echo "$2: started" ;;
  restart) echo "$2: stopped"; echo "$2: started" ;;
  update) echo 'new RUNNING' >>"$KEPT" ;;
esac`;

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('supervisorctl, on %s', (_name, shell) => {
  let host: Programs;
  beforeEach(() => {
    host = programs({ supervisorctl: script });
  });
  afterEach(() => host.remove());
  const attempt = (args: JsonObject, env = {}) =>
    tryModule(supervisorctl, args, { shell, env: { ...host.env, SECRET: 'none', ...env } });

  it('makes a program known and starts it, each once', async () => {
    expect((await attempt({ name: 'app', state: 'present' })).result?.changed).toBe(true);
    expect((await attempt({ name: 'app', state: 'started' })).result).toEqual({
      changed: true,
      result: { name: 'app', state: 'started', affected: ['app'] },
    });
    expect((await attempt({ name: 'app', state: 'started' })).plan.differences).toEqual([]);
  });

  it('restarts what its configuration has only now, and says what it cannot start', async () => {
    expect((await attempt({ name: 'new', state: 'restarted' })).result?.result.affected).toEqual(['new']);
    await attempt({ name: 'bad', state: 'present' });
    expect((await attempt({ name: 'bad', state: 'started' })).result?.failed).toBe('bad: ERROR (spawn error)');
  });

  it('shows nobody the password', async () => {
    const password = 'it\'s %(x)s #"$(id)';
    const login = { username: 'bob', password, server_url: 'http://localhost:9001' };
    const made = await attempt({ name: 'app', state: 'present', ...login }, { WANTED: password, SECRET: password });
    expect(made.result).toEqual({ changed: true, result: { name: 'app', state: 'present' } });
    expect(host.orders()[0]).toBe('[status][http://localhost:9001][bob]');
    const wrong = await attempt({ name: 'app', state: 'present', ...login }, { WANTED: 'other' });
    expect(wrong.plan.failed).toContain('requires authentication');
  });

  it('finds in the file of options what its own takes the place of', async () => {
    const config = `${host.folder}/it's.conf`;
    writeFileSync(
      config,
      '[x]\nserverurl=no\n[supervisorctl]\nserverurl = unix://%(here)s/s.sock ; here\nusername=eve\n[y]\nusername=no\n',
    );
    await attempt({ name: 'app', state: 'present', config, password: 'p' }, { WANTED: 'p' });
    expect(host.orders()[0]).toBe(`[status][unix://${host.folder}/s.sock][eve]`);
  });
});
