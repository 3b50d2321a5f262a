import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jobState } from '#playbook/modules/async_status.ts';
import { begin, forget, forgetAll, look } from '#runs/execute/left-scripts.ts';
import { quote } from '#ssh/quote.ts';
import { firstOr, present } from '#test/support/programs.ts';
import { type Lab, openLab } from '../lab.ts';

/** A process that ended may still stand in the table, as a zombie. */
const isOver = (pid: string): boolean => {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
};

const slow = { timeout: 30_000, interval: 100 };

describe('a task that is left running', () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await openLab({ hosts: ['a'] });
  });
  afterEach(() => lab.close());

  const play = (tasks: string) => lab.playbook(`- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`);
  const words = (name = 'said') => lab.read('a', name);

  test('goes on while the next tasks run, and is asked until it is over', async () => {
    await play(`
    - shell: while [ ! -e "$HOME/go" ]; do sleep 0.1; done; echo out; echo err >&2
      async: 60
      poll: 0
      register: job
    - copy: { dest: go, content: '' }
    - async_status: { jid: '{{ job.ansible_job_id }}' }
      register: end
      until: end.finished
      retries: 100
      delay: 0.1
    - copy: { dest: said, content: '{{ [job.started, job.finished, job.changed, end.finished, end.rc, end.stdout, end.stderr, end.changed] }}' }
`);
    const { outcome, steps } = await lab.run();
    expect([outcome.state, steps]).toEqual([
      'done',
      ['a 1.1: changed', 'a 1.2: changed', 'a 1.3: changed', 'a 1.4: changed'],
    ]);
    expect(await words()).toBe('[1, 0, true, 1, 0, "out", "err", true]');
    expect(existsSync(lab.path('a', '.quarterdeck'))).toBe(false);
  });

  test('fails where it is asked about, with what it said; a job nobody knows is not found', async () => {
    await play(`
    - shell: echo no >&2; exit 3
      async: 60
      poll: 0
      register: job
    - async_status: { jid: '{{ job.ansible_job_id }}' }
      register: end
      until: end.finished
      delay: 0.1
      retries: 100
      ignore_errors: true
    - async_status: { jid: ../../etc }
      register: other
      ignore_errors: true
    - copy: { dest: said, content: '{{ [end.rc, end.failed, end.msg, other.msg] }}' }
`);
    expect((await lab.run()).outcome.state).toBe('done');
    expect(await words()).toBe('[3, true, "non-zero return code", "could not find job"]');
  });

  test('is ended when it takes longer than it may', async () => {
    await play(`
    - shell: echo $$ > "$HOME/pid"; sleep 300; echo > "$HOME/too-late"
      async: 1
      poll: 0
      register: job
    - async_status: { jid: '{{ job.ansible_job_id }}' }
      register: end
      until: end.finished
      delay: 0.5
      retries: 200
      ignore_errors: true
    - copy: { dest: said, content: '{{ end.msg }}' }
`);
    expect((await lab.run()).outcome.state).toBe('done');
    expect(await words()).toContain('took longer than “async” allows');
    const pid = (await words('pid'))?.trim() ?? '';
    await vi.waitUntil(() => isOver(pid), slow);
    expect(existsSync(lab.path('a', 'too-late'))).toBe(false);
  });

  test('outlives the run that began it, and leaves nothing behind', async () => {
    await play(`
    - shell: while [ ! -e "$HOME/go" ]; do sleep 0.1; done; echo > "$HOME/done"
      async: 60
      poll: 0
`);
    expect((await lab.run()).outcome.state).toBe('done');
    expect(readdirSync(lab.path('a', '.quarterdeck/jobs'))).toHaveLength(1);
    spawnSync('touch', [lab.path('a', 'go')]);
    await vi.waitUntil(() => existsSync(lab.path('a', 'done')), slow);
    await vi.waitUntil(() => readdirSync(lab.path('a', '.quarterdeck/jobs')).length === 0, slow);
  });

  test('of a module that finds nothing to do begins no job, and is over', async () => {
    await play(`
    - file: { path: here, state: directory }
      async: 60
      poll: 0
      register: job
    - async_status: { jid: '{{ job.ansible_job_id }}' }
      register: end
      until: end.finished
      delay: 0.1
      retries: 100
    - debug: { msg: '{{ end.changed }}' }
`);
    expect((await lab.run()).steps.slice(0, 2)).toEqual(['a 1.1: changed', 'a 1.2: changed']);
    expect(existsSync(lab.path('a', 'here'))).toBe(true);
    expect((await lab.run()).steps.slice(0, 2)).toEqual(['a 1.1: ok', 'a 1.2: ok']);
  });

  test('is refused where it is not one script, before anything is done', async () => {
    await play(`
    - copy: { dest: x, content: y }
      async: 60
      poll: 0
`);
    const plan = await lab.plan();
    expect(JSON.stringify(plan.steps)).toContain('site.yml:5: “copy” cannot be left running here.');
  });

  test('what follows is planned all the same', async () => {
    await play(`
    - shell: 'true'
      async: 60
      poll: 0
      register: job
    - async_status: { jid: '{{ job.ansible_job_id }}' }
      register: end
      until: end.finished
    - copy: { dest: x, content: y }
`);
    const plan = await lab.plan();
    expect(plan.steps.map(({ outcome }) => outcome)).toEqual(['change', 'unknown', 'change']);
  });
});

const shells = firstOr(present([['dash'], ['bash', '--posix'], ['busybox', 'sh']], ([name = '']) => name));

describe.each(shells)('a job in %s %s', (shell, ...flags) => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'left-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

  const run = (script: string) =>
    spawnSync(shell ?? '', [...flags, '-c', script], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home },
      encoding: 'utf8',
    });
  const id = 'run-1.0123456789ab';
  const job = { id, stdin: "it's\n", seconds: 60, token: 'token-1' };
  const state = (of = id) => {
    const { stdout, stderr } = run(look(of, quote));
    return jobState({ code: 0, stdout, stderr });
  };

  test('is begun once, however often it is asked for; its input, output and code are kept', async () => {
    expect(state()).toEqual({ running: false, failed: 'could not find job' });
    const script = 'echo x >>count; cat; printf "no end" ; exit 7';
    for (let n = 0; n < 3; n += 1) expect(run(begin({ ...job, script }, quote)).stdout).toContain(`/jobs/${id}\n`);
    await vi.waitUntil(() => state().ended !== undefined, slow);
    expect(state().ended).toEqual({ code: 7, stdout: "it's\nno end", stderr: '' });
    expect(await readFile(join(home, 'count'), 'utf8')).toBe('x\n');
  });

  test('whose keeper was killed is lost, and not begun again', async () => {
    run(begin({ ...job, script: 'sleep 20' }, quote));
    await vi.waitUntil(() => state().running, slow);
    const [pid = ''] = (await readFile(join(home, '.quarterdeck/jobs', id, 'process'), 'utf8')).split(' ');
    process.kill(-Number(pid), 'SIGKILL');
    await vi.waitUntil(() => !state().running, slow);
    expect(state().failed).toContain('nobody saw how it ended');
    run(begin({ ...job, script: 'echo again >again' }, quote));
    expect([state().running, existsSync(join(home, 'again'))]).toEqual([false, false]);
  });

  test('is forgotten: by name, and those of a run that are over', async () => {
    run(begin({ ...job, script: 'true' }, quote));
    await vi.waitUntil(() => state().ended !== undefined, slow);
    run(forget(id, quote));
    expect(state().failed).toBe('could not find job');
    const other = 'run-1.ba9876543210';
    run(begin({ ...job, id: other, script: 'true' }, quote));
    await vi.waitUntil(() => state(other).ended !== undefined, slow);
    run(forgetAll('run-2', quote));
    expect(state(other).ended?.code).toBe(0);
    run(forgetAll('run-1', quote));
    expect(existsSync(join(home, '.quarterdeck/jobs'))).toBe(false);
  });
});
