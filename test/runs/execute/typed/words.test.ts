import { afterEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

type Vars = Parameters<Lab['plan']>[0] extends { vars?: infer V } | undefined ? V : never;

/** Plans a playbook of one play with these tasks: the refusals of its steps. */
async function refusals(tasks: string, v: string): Promise<readonly string[]> {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    `- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: v, unsafe: true }]\n  tasks:\n${tasks}\n`,
  );
  const plan = await lab.plan({ vars: { v } as Vars });
  return plan.steps.flatMap(({ refusal }) => (refusal ? [`${refusal.code}: ${JSON.stringify(refusal.say)}`] : []));
}

const task = (line: string): string => `    - shell: |\n        ${line.replaceAll('\n', '\n        ')}`;
const evil = 'x; touch pwned';

it('what was typed is no program behind a letter of two units', async () => {
  expect(await refusals(task(`sh -c 'echo 🚀 deploy '{{ v | quote }}`), ';pwned')).toHaveLength(1);
});

it.each(['make deploy VERSION={{ v | quote }}', 'sudo gmake VERSION={{ v | quote }}'])(
  'what was typed is no program in %s',
  async (line) => {
    expect(await refusals(task(line), evil)).toEqual([expect.stringMatching(/^step\.typed_in_shell: .*of a program/)]);
  },
);

it('a plain word may be given to make', async () => {
  expect(await refusals(task('make deploy VERSION={{ v | quote }}'), 'v1.2')).toEqual([]);
});

it('a plain word is one in whatever its variable is called', async () => {
  for (const line of ['true {{ password }}', "true {{ creds['password'] }}", 'true {{ creds.password }}']) {
    lab = await openLab({ hosts: ['a'] });
    const vars = "  vars: { creds: { password: '{{ v }}' }, password: '{{ v }}' }\n";
    await lab.playbook(
      `- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: v, unsafe: true }]\n${vars}  tasks:\n${task(line)}\n`,
    );
    const { steps } = await lab.plan({ vars: { v: 'plain' } as Vars });
    expect(steps.map(({ refusal }) => refusal?.code)).toEqual([undefined]);
    await lab.close();
  }
  expect(await refusals(task('true {{ [v, "x;y"] | random }}'), 'plain')).toHaveLength(1);
});

it.each([
  ['find . -name {{ v | quote }} -delete', '*', 'Type a whole name'],
  ['curl -d {{ v | quote }} http://127.0.0.1/', '@/etc/passwd', 'without @ or'],
])('who may not write %s reads what to do instead', async (line, value, advice) => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    `- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: v, unsafe: true }]\n  tasks:\n${task(line)}\n`,
  );
  const { steps } = await lab.plan({ vars: { v: value } as Vars });
  expect(JSON.stringify(steps[0]?.refusal?.next)).toContain(advice);
});

describe('a path of the author’s', () => {
  it.each([
    ['rm -rf srv/releases/{{ v }}', '../../precious'],
    ['rm -rf srv/releases/{{ v }}', ''],
    ['rm -rf srv/releases/{{ v | quote }}', ''],
    ['rm -rf "srv/releases/{{ v }}"', ''],
    ['rm -rf srv/releases/{{ v }}', '/'],
    ['rm -rf srv/releases/{{ v | quote }}', 'a b/..'],
    ['rm -rf srv/.{{ v }}', '.'],
    ['rm -rf {{ v }}/releases', '..'],
    ['rm -rf {{ v }}/releases', ''],
    ['sh -c "rm -rf srv/{{ v }}"', '..'],
    ['echo a > srv/{{ v }}', '../b'],
    ['docker run -v /srv/{{ v }}:/d a', '..'],
    ['tar -C/srv/{{ v }} -x', 'a/../..'],
    ['D=srv/{{ v }}; ls "$D"', '..'],
  ])('is not led upwards: %s with %s', async (line, v) => {
    expect(await refusals(task(line), v)).toEqual([expect.stringMatching(/^step\.typed_in_path: /)]);
  });

  it.each([
    ['a command', '    - command: rm -rf srv/releases/{{ v }}'],
    ['words', '    - command: { argv: [rm, -rf, "srv/releases/{{ v }}"] }'],
  ])('is not led upwards in %s', async (_where, tasks) => {
    expect(await refusals(tasks, '..')).toHaveLength(1);
    await lab.close();
    expect(await refusals(tasks, '')).toHaveLength(1);
  });

  it.each([
    ['rm -rf srv/releases/{{ v }}', 'v1.2'],
    ['rm -rf srv/releases/{{ v }}', 'a/..b/c...'],
    ['ls {{ v | quote }}', '../a'],
    ['tool --file={{ v | quote }}', '../a'],
    ['ls {{ v | quote }}', ''],
    ['sed -i s/a/{{ v }}/ file', '.'],
    ['ls srv/v{{ v }}/a', '1'],
  ])('takes names: %s with %s', async (line, v) => {
    expect(await refusals(task(line), v)).toEqual([]);
  });
});

const subscript = 'a[$(touch pwned)]';

it.each([
  ['echo {{ v | quote }} | docker exec -i box sh', evil],
  ['echo {{ v | quote }} | sudo kubectl exec -i box -n x -- psql -U a', evil],
  ['docker run -i --rm a bash <<< {{ v | quote }}', evil],
  ['nsenter -t 1 -m sh <<< {{ v | quote }}', evil],
  ['echo {{ v | quote }} | su - a -c psql', evil],
  ['echo {{ v | quote }} | ssh host "sudo psql -f -"', evil],
  ['docker exec box sed -i {{ v | quote }} f', evil],
  ['[[ {{ v | quote }} -gt 3 ]]', subscript],
  ['[[ -v {{ v | quote }} ]]', subscript],
  ['test -v {{ v | quote }}', subscript],
  ['let n={{ v | quote }}', subscript],
  ['declare -i n={{ v | quote }}', subscript],
  ['declare {{ v | quote }}=1', subscript],
  ['printf -v {{ v | quote }} a', subscript],
  ['read {{ v | quote }} < f', subscript],
  ['a[{{ v | quote }}]=1', subscript],
  ['n={{ v | quote }}; echo $((n + 1))', subscript],
  ['n={{ v | quote }}\n(( n > 1 )) && id', subscript],
  ['export n={{ v | quote }}; [[ $n -gt 3 ]]', subscript],
  ['declare -i n; n={{ v | quote }}', subscript],
  ["sed -i 's/^#//;s,OLD,{{ v }},g' f", 'NEW,wpwned'],
  ["sed -i 's/a/b/{{ v }}' f", 'e'],
  ["sed -n '{{ v }}p' f", '1wpwned'],
  ["perl -pi -e 's/OLD/{{ v }}/g' f", 'system+mkp/e'],
  ["ruby -pi -e 'sub(1);x=~s,OLD,{{ v }},g' f", 'a,b'],
  ['X={{ v | quote }}\nsh -c "echo $X"', evil],
  ['X={{ v | quote }}; eval "$X"', evil],
  ['X={{ v | quote }}; Y="b ${X}"; ssh host "echo $Y"', evil],
  [`X={{ v | quote }}; sh -c "$(printf '%s' "$X")"`, evil],
  ['X={{ v | quote }}; rm $X', 'a -rf b'],
  ['for x in {{ v | quote }}; do sh -c "echo $x"; done', evil],
  ['set -- {{ v | quote }}; sh -c "echo $1"', evil],
  ['X={{ v | quote }}; ssh host sh <<E\necho $X\nE', evil],
  ['echo {{ v | quote }} | while read x; do sh -c "$x"; done', evil],
  ['psql -c "DELETE FROM t WHERE id={{ v }}"', 'id'],
  ['mysql shop -e "DELETE FROM t WHERE id={{ v }}"', 'id'],
  ['mysql -e "CREATE DATABASE {{ v }}"', 'a--b'],
  ['docker exec db psql -c "DELETE FROM t WHERE id={{ v }}"', 'id'],
  ['clickhouse-client -q {{ v | quote }}', evil],
  ['tar -I {{ v | quote }} -cf a b', evil],
  ['rsync -a -e {{ v | quote }} a b', evil],
  ['git -c core.sshCommand={{ v | quote }} fetch', evil],
  ['tmux new-session -d {{ v | quote }}', evil],
])('what was typed is no program in %s', async (line, v) => {
  expect(await refusals(task(line), v)).toEqual([expect.stringMatching(/^step\.typed_in_shell: /)]);
});

it.each([
  ['echo {{ v | quote }} | docker exec -i box tee out', evil],
  ['docker exec -i box tee {{ v | quote }}', evil],
  ['docker restart node; echo {{ v | quote }}', evil],
  ['[[ {{ v | quote }} == a ]]', subscript],
  ['declare n={{ v | quote }}', subscript],
  ['n={{ v | quote }}; echo $((m + 1)) "$n"', subscript],
  ['n={{ v | quote }}; echo $((n + 1))', '3'],
  ["sed -i 's,OLD,{{ v }},g' f", '/srv/shop'],
  ["sed -i 's/OLD/{{ v }}/;s/^#//' f", 'v1.2'],
  ["sed -n '{{ v }}p' f", '12'],
  ["sed -i '/{{ v }}/d' f", 'v1.2'],
  ["sed -i '$a version={{ v }}' f", 'v1.2'],
  ["perl -pi -e 's/OLD/{{ v }}/g' f", 'v1.2'],
  [`X={{ v | quote }}; sh -c 'echo "$1"' sh "$X"`, evil],
  [`export X={{ v | quote }}; sh -c 'echo "$X"'`, evil],
  ['X={{ v | quote }}; sh -c "echo $X"', 'v1.2'],
  ['X={{ v | quote }}; sh -c "echo $XY"', evil],
  ['X={{ v | quote }}; echo "$X" > out', evil],
  ['X={{ v | quote }}; Y=$X; rm -- "$Y" $X', 'a -rf b'],
  ['X={{ v | quote }}; rm "$X"', 'a -rf b'],
  ['psql -c "DELETE FROM t WHERE id={{ v }}"', '12'],
  [`mysql shop -e "DELETE FROM t WHERE id='{{ v }}'"`, 'ann'],
  ['mysql -e "CREATE DATABASE IF NOT EXISTS {{ v }}"', 'shop_test'],
  ['psql -tAc "SELECT count(*) FROM {{ v }}"', 'orders'],
  ['git -c user.name={{ v | quote }} commit', 'Ann B'],
  ['git commit -m {{ v | quote }}', '- fixed bug'],
  ['date -d {{ v | quote }}', '-1 day'],
  ['nice -n {{ v | quote }} id', '-5'],
  ['head -n {{ v | quote }} f', '-5'],
  ['tail -n {{ v | quote }} f', '-5'],
  ['find logs -name {{ v | quote }}', '*.log'],
  ['find logs -name {{ v | quote }} -delete', 'a b.log'],
  ['curl -d {{ v | quote }} http://a', 'ann@b.org'],
])('what was typed may be in %s', async (line, v) => {
  expect(await refusals(task(line), v)).toEqual([]);
});

it.each([
  ['git branch -m {{ v | quote }}', '-f', 'step.typed_in_shell'],
  ['rm -n {{ v | quote }}', '-5', 'step.typed_in_shell'],
  ['X={{ v | quote }}; rm "$X"', '-rf', 'step.typed_in_shell'],
  ['X={{ v | quote }}; rm -rf "srv/$X"', '..', 'step.typed_in_path'],
  ['find logs -name {{ v | quote }} -delete', '*', 'step.typed_in_pattern'],
  ['find logs -name {{ v | quote }} -exec rm {} +', '[a-z]', 'step.typed_in_pattern'],
  ['curl -s -d {{ v | quote }} http://a', '@/etc/passwd', 'step.typed_in_shell'],
  ['curl -F a={{ v | quote }} http://a', '@/etc/passwd', 'step.typed_in_shell'],
])('is refused: %s with %s', async (line, v, code) => {
  expect(await refusals(task(line), v)).toEqual([expect.stringMatching(`^${code}: `)]);
});

describe('an environment', () => {
  const inEnvironment = (environment: string, line = 'id'): string =>
    `${task(line)}\n      environment: ${environment}`;

  it.each([
    ['{ X: "{{ v }}" }', 'sh -c "echo $X"', evil],
    ['{ X: "{{ v }}" }', 'echo $((X))', subscript],
    ['{ PATH: "/opt/{{ v }}/bin:/bin" }', 'id', 'a:/tmp'],
    ['{ LD_PRELOAD: "{{ v }}" }', 'id', '/tmp/a.so'],
    ['{ GIT_SSH_COMMAND: "ssh -p {{ v }}" }', 'git fetch', '22 -oProxyCommand=id'],
    ['{ JAVA_OPTS: "-Da={{ v }}" }', 'id', 'a -Db=c'],
    ['{ EDITOR: "{{ v }}" }', 'id', evil],
    ['"{{ {v: 1} }}"', 'id', 'BASH_ENV'],
    ['{ "{{ v }}": a }', 'id', 'BASH_ENV'],
  ])('is no way round: %s for %s', async (environment, line, v) => {
    expect(await refusals(inEnvironment(environment, line), v)).toEqual([
      expect.stringMatching(/^step\.typed_in_shell: /),
    ]);
  });

  it.each([
    ['{ X: "{{ v }}" }', 'echo "$X"', evil],
    ['{ X: "{{ v }}" }', `sh -c 'echo "$X"'`, evil],
    ['{ PATH: "/opt/{{ v }}/bin:/bin" }', 'id', 'v1.2'],
    ['{ JAVA_OPTS: "-Da={{ v }}" }', 'id', '/srv/a'],
  ])('may have it: %s for %s', async (environment, line, v) => {
    expect(await refusals(inEnvironment(environment, line), v)).toEqual([]);
  });
});

it('an environment is no way round where a command expands its words', async () => {
  const tasks = (expand: boolean): string =>
    `    - command: { argv: [sh, -c, "echo $X"], expand_argument_vars: ${expand} }\n      environment: { X: "{{ v }}" }`;
  expect(await refusals(tasks(false), evil)).toEqual([]);
  await lab.close();
  expect(await refusals(tasks(true), evil)).toHaveLength(1);
  await lab.close();
  const line = tasks(true).replace('argv: [sh, -c, "echo $X"]', `cmd: sh -c "echo $X"`);
  expect(await refusals(line, evil)).toHaveLength(1);
});

describe('a file that is read as a program', () => {
  it.each([
    ['a script', String.raw`    - copy: { dest: /tmp/a, content: "#!/bin/sh\nV={{ v }}\n" }`],
    ['a job of cron', String.raw`    - copy: { dest: /etc/cron.d/a, content: "* * * * * root id {{ v }}\n" }`],
    ['what a shell begins with', '    - copy: { dest: /etc/profile.d/a.sh, content: "export V={{ v }}" }'],
  ])('is %s', async (_what, tasks) => {
    expect(await refusals(tasks, '$(id)')).toEqual([expect.stringMatching(/^step\.typed_in_shell: /)]);
  });

  it.each([
    ['a script', String.raw`    - copy: { dest: /tmp/a, content: "#!/bin/sh\nV={{ v | quote }}\n" }`],
    ['a job of cron', String.raw`    - copy: { dest: /etc/cron.d/a, content: "* * * * * root id {{ v | quote }}\n" }`],
    ['no script', String.raw`    - copy: { dest: /tmp/a, content: "V={{ v }}\n" }`],
  ])('may have it quoted: %s', async (_what, tasks) => {
    expect(await refusals(tasks, '$(id)')).toEqual([]);
  });

  it('is a template', async () => {
    lab = await openLab({ hosts: ['a'] });
    await lab.file('playbooks/templates/a.j2', '#!/usr/bin/env bash\nV={{ v }}\n');
    await lab.playbook(
      '- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: v, unsafe: true }]\n  tasks:\n    - template: { src: a.j2, dest: /tmp/a }\n',
    );
    const plan = await lab.plan({ vars: { v: '$(id)' } });
    expect(plan.steps.map(({ refusal }) => refusal?.code)).toEqual(['step.typed_in_shell']);
  });
});

describe('an address of the author’s', () => {
  const deploy = "curl -sf -H 'Authorization: Bearer t' http://{{ v }}.example.org/deploy";

  it.each([
    [deploy, '127.0.0.1:38917/x'],
    [deploy, 'a@127.0.0.1'],
    ['curl http://{{ v | quote }}.example.org/', '127.0.0.1?'],
    ['wget http://{{ v | quote }}.example.org/deploy', '127.0.0.1#'],
    ['curl "http://api.example.org{{ v }}"', ':1@127.0.0.1'],
    ['curl http:{{ v }}', '//127.0.0.1/x'],
    ['curl {{ v }}://api.example.org/', 'http://127.0.0.1/'],
    ['H={{ v }}; curl "http://$H.example.org/"', '127.0.0.1/'],
    ['sh -c "curl http://{{ v }}.example.org/"', '127.0.0.1/'],
    ['psql -d {{ v }} -c "select 1"', 'postgresql://127.0.0.1:38917/x'],
    ['PGPASSWORD=a pg_dump -h db -U app {{ v }}', 'host=127.0.0.1'],
    ['sudo -u postgres createdb {{ v }}', 'host=127.0.0.1'],
    ['docker exec db psql {{ v }}', 'host=127.0.0.1'],
    ['su - postgres -c "psql {{ v }}"', 'host=127.0.0.1'],
    ['ssh db-1 psql {{ v }}', 'host=127.0.0.1'],
    ['mongosh -u a -p b {{ v }}', '127.0.0.1:1/x'],
    ['pg_dump postgresql://db/{{ v | quote }}', 'a?host=127.0.0.1'],
  ])('is not led elsewhere: %s with %s', async (line, v) => {
    expect(await refusals(task(line), v)).toEqual([expect.stringMatching(/^step\.typed_in_path: .*address/)]);
  });

  it.each([
    ['words', '    - command: { argv: [curl, "http://{{ v }}.example.org/deploy"] }', '127.0.0.1:38917/y'],
    ['a list that a template makes', `    - command: { argv: "{{ ['psql', '-d', v] }}" }`, 'host=127.0.0.1'],
    ['a command', '    - command: curl http://{{ v }}.example.org/deploy', '127.0.0.1:38917/y'],
  ])('is not led elsewhere in %s', async (_where, tasks, v) => {
    expect(await refusals(tasks, v)).toHaveLength(1);
  });

  it.each([
    [deploy, 'web-1.a'],
    [deploy, 'v1_2'],
    ['curl http://api.example.org/{{ v }}', 'a/b:c@d'],
    ['curl "http://api.example.org?a={{ v }}"', 'a/b'],
    ['curl http://api.example.org -d {{ v | quote }}', 'see http://a:1/x'],
    ['curl {{ v }}', 'https://a.example.org:8443/x'],
    ['curl {{ v }}', 'localhost:8080/x'],
    ['curl {{ v }}://api.example.org/', 'https'],
    ['curl http://u:{{ v | urlencode }}@api.example.org/', 'a b'],
    ["sed -i 's,http://old/,http://{{ v }}/,' f", 'a:80'],
    ['psql -d {{ v }} -c "select 1"', 'shop-2'],
    ['psql -v id={{ v }} -f a.sql', 'a'],
    [`psql -c "select 'a={{ v }}'"`, 'b=c'],
    ['PGPASSWORD={{ v | quote }} psql -d a', 'a=b'],
    ['mongosh -u a -p b {{ v }}', 'shop'],
  ])('takes a name: %s with %s', async (line, v) => {
    expect(await refusals(task(line), v)).toEqual([]);
  });

  it.each([
    ['curl {{ v }}', 'file:///etc/hostname'],
    ['curl -s {{ v }}', 'FILE:/etc/hostname'],
    ['curl {{ v }}:///etc/hostname', 'file'],
    ['curl --data-urlencode {{ v }} http://a', 'a@/etc/hostname'],
    ['sudo curl --data-urlencode {{ v | quote }} http://a', 'a b@/etc/hostname'],
    ['curl -F a={{ v | quote }} http://a', 'x;headers=@/etc/hostname'],
  ])('is no file: %s with %s', async (line, v) => {
    expect(await refusals(task(line), v)).toEqual([expect.stringMatching(/^step\.typed_in_shell: .*name of a file/)]);
  });

  it('is not led elsewhere where it is quoted as a variable', async () => {
    const line = `${task('curl {{ url | quote }}')}\n      vars: { url: "http://{{ v }}.example.org/a" }`;
    expect(await refusals(line, '127.0.0.1:1/x')).toHaveLength(1);
    await lab.close();
    expect(await refusals(line, 'web-1')).toEqual([]);
  });

  it('may have a letter that is one of a file elsewhere', async () => {
    expect(await refusals(task('curl --data-urlencode to={{ v }} http://a'), 'ann@b.org')).toEqual([]);
  });
});

describe('a variable of a shell', () => {
  it.each([
    ['make {{ v }}', 'SHELL=./x.sh'],
    ['sudo make -j2 {{ v }}', 'SHELL:=./x.sh'],
    ['make SHELL={{ v }}', './x.sh'],
    ['ssh a make {{ v }}', 'SHELL=./x.sh'],
    ['env {{ v }} bash -c true', 'BASH_ENV=./sh.d'],
    ['{{ v }} bash -c true', 'BASH_ENV=./sh.d'],
    ['if {{ v }} bash -c true; then id; fi', 'BASH_ENV=./sh.d'],
    ['sudo -n -u root {{ v }} bash -c true', 'BASH_ENV=./sh.d'],
    ['export {{ v }}; bash -c true', 'BASH_ENV=./sh.d'],
    ['declare -x {{ v }}; bash -c true', 'BASH_ENV=./sh.d'],
    ['export BASH_{{ v }}; bash -c true', 'ENV=./sh.d'],
    ['export BASH_ENV={{ v }}; bash -c true', './sh.d'],
    ['PATH={{ v }} ls', './d'],
    ['PATH={{ v }}:$PATH; ls', './d'],
    ['env PATH={{ v }} ls', './d'],
    ['LD_PRELOAD={{ v }} ls', './a.so'],
    ['sh -c "PATH={{ v }} ls"', './d'],
    ['for PATH in {{ v }}; do ls; done', './d'],
    ['docker exec a env {{ v }} bash', 'BASH_ENV=./sh.d'],
  ])('is not set by what was typed: %s with %s', async (line, v) => {
    expect(await refusals(task(line), v)).toEqual([expect.stringMatching(/^step\.typed_in_shell: .*environment/)]);
  });

  it.each([
    ['a command', '    - command: make {{ v }}', 'SHELL=./x.sh'],
    ['words', '    - command: { argv: [env, "{{ v }}", bash] }', 'BASH_ENV=./x.sh'],
    ['a list that a template makes', `    - command: { argv: "{{ ['make', v] }}" }`, 'SHELL=./x.sh'],
  ])('is not set by what was typed in %s', async (_where, tasks, v) => {
    expect(await refusals(tasks, v)).toHaveLength(1);
  });

  it.each([
    ['make {{ v }}', 'deploy'],
    ['make VERSION={{ v }}', 'v1.2'],
    ['MODE={{ v | quote }} ls', evil],
    ['env MODE={{ v }} ls', '/srv/a'],
    ['export MODE={{ v | quote }}; ls', evil],
    ['ENV={{ v }} ./deploy', 'production'],
    ['PATH=/opt/{{ v }}/bin:$PATH ls', 'v1.2'],
    ['echo {{ v }}', 'a=b'],
    ['apt-get install make {{ v }}', 'nginx=1.2'],
    ['ls --name={{ v }}', 'a=b'],
  ])('may have what was typed: %s with %s', async (line, v) => {
    expect(await refusals(task(line), v)).toEqual([]);
  });
});
