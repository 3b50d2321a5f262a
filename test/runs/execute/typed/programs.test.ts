import { afterEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

type Vars = Parameters<Lab['plan']>[0] extends { vars?: infer V } | undefined ? V : never;

/** Plans a playbook of one play with these tasks: the refusals of its steps. */
async function refusals(tasks: string, vars: object, name = 'Play'): Promise<readonly string[]> {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    `- hosts: a\n  name: "${name}"\n  gather_facts: false\n  vars_prompt: [{ name: v, unsafe: true }, { name: words, unsafe: true }]\n  tasks:\n${tasks}\n`,
  );
  const plan = await lab.plan({ vars: vars as Vars });
  return plan.steps.flatMap(({ refusal }) => (refusal ? [`${refusal.code}: ${JSON.stringify(refusal.say)}`] : []));
}

const task = (line: string): string => `    - shell: |\n        ${line.replaceAll('\n', '\n        ')}`;
const evil = 'x; touch pwned';

describe('a typed word that is quoted', () => {
  it.each([
    'rm {{ v | quote }}',
    'rm -r a {{ v | quote }}',
    'sudo -- rm {{ v | quote }}',
    'true -- ; rm {{ v | quote }}',
    'echo $(rm {{ v | quote }})',
    'rm {{ [v] | map("quote") | join(" ") }}',
    "rm ''{{ v | quote }}",
    'echo {{ v | quote }}',
    'printf {{ v | quote }}',
    'sudo -u root rm {{ v | quote }}',
  ])('is no option: %s', async (line) => {
    const found = await refusals(task(line), { v: '-ne' });
    expect(found).toEqual([expect.stringMatching(/^step\.typed_in_shell: .*as an option/)]);
  });

  it.each([
    'rm -- {{ v | quote }}',
    'rm -r -- a {{ v | quote }}',
    'sudo rm -- {{ v | quote }}',
    'sudo -u root -- rm -- {{ v | quote }}',
    'rm -- {{ v }}',
    'mytool --name={{ v | quote }}',
    'mytool -m{{ v | quote }}',
    'ls a{{ v }}',
    'echo a > x{{ v }}',
    'if [ {{ v | quote }} = a ]; then id; fi',
    'case {{ v | quote }} in a) id;; esac',
    `printf '%s' {{ v | quote }}`,
    'X={{ v | quote }} id',
  ])('may begin with a dash where that is none: %s', async (line) => {
    expect(await refusals(task(line), { v: '-ne' })).toEqual([]);
  });

  it.each([
    `sh -c {{ v | quote }}`,
    `bash -euo pipefail -c {{ v | quote }}`,
    `/bin/bash -xc {{ v | quote }} name`,
    'eval {{ v | quote }}',
    'eval echo {{ v | quote }}',
    'ssh host rm {{ v | quote }}',
    'ssh -p 22 {{ v | quote }}',
    'sshpass -p a ssh host echo {{ v | quote }}',
    'scp file host:{{ v | quote }}',
    'sed -i {{ v | quote }} file',
    'sed -n -e p -e {{ v | quote }} file',
    's=1; sed s/a/{{ v | quote }}/ file',
    'awk {{ v | quote }} file',
    'awk -F : {{ v | quote }} file',
    'perl -e {{ v | quote }}',
    'perl -lne {{ v | quote }} file',
    'python3 -c {{ v | quote }}',
    'python3 -W ignore -c {{ v | quote }}',
    'node -e {{ v | quote }}',
    'xargs sh -c {{ v | quote }}',
    'find . -exec sh -c {{ v | quote }} \\;',
    'find . -exec sed -i {{ v | quote }} {} +',
    'su - root -c {{ v | quote }}',
    'sudo -u root sh -c {{ v | quote }}',
    'nohup env A=b timeout 5 sh -c {{ v | quote }} &',
    'env -S {{ v | quote }}',
    'trap {{ v | quote }} EXIT',
    'docker exec box sh -c {{ v | quote }}',
    'sudo -u postgres psql -c {{ v | quote }}',
    'mysql -u root shop -e {{ v | quote }}',
    'echo {{ v | quote }} | sh',
    'echo {{ v | quote }} | sudo bash -s',
    '(id; echo {{ v | quote }}) | tr a b | sh',
    'for x in {{ v | quote }}; do echo "$x"; done | sh',
    'echo {{ v | quote }} |\n  sh',
    'echo {{ v | quote }} |& sh',
    'echo {{ v | quote }} | (sh)',
    'echo {{ v | quote }} | { sh; }',
    'sh <<< {{ v | quote }}',
    'ssh host sh -s <<< {{ v | quote }}',
    'echo {{ v | quote }} | xargs -I{} sh -c "echo {}"',
    'a=$(sh -c {{ v | quote }})',
    'echo "$(sh -c {{ v | quote }})"',
    'sh -c "$(echo {{ v | quote }})"',
    'if sh -c {{ v | quote }}; then id; fi',
    'id && ! sh -c {{ v | quote }}',
  ])('is no program: %s', async (line) => {
    const found = await refusals(task(line), { v: evil });
    expect(found).toEqual([expect.stringMatching(/^step\.typed_in_shell: .*part of a program|more than one plain/)]);
  });

  it.each([
    `sh -c 'echo "$1"' sh {{ v | quote }}`,
    `find . -exec sh -c 'echo "$1"' sh {{ v | quote }} \\;`,
    'bash deploy.sh {{ v | quote }}',
    'python3 deploy.py -c {{ v | quote }}',
    'sed -n 1p {{ v | quote }}',
    'sed -e 1p {{ v | quote }}',
    'awk -v x={{ v | quote }} 1 file',
    'cat {{ v | quote }} | sh',
    'echo {{ v | quote }} | tee out',
    'echo {{ v | quote }}; echo id | sh',
    'grep {{ v | quote }} file',
    'which bash {{ v | quote }}',
    'mysql shop < {{ v | quote }}',
    'timeout 5 touch {{ v | quote }}',
    'sshpass -p {{ v | quote }} ssh host id',
    'scp {{ v | quote }} host:file',
  ])('may be beside a program: %s', async (line) => {
    expect(await refusals(task(line), { v: evil })).toEqual([]);
  });

  it.each(['sh -c "echo {{ v }}"', 'sed -i s/a/{{ v }}/ file', 'ssh host systemctl restart {{ v }}', 'eval {{ v }}'])(
    'may be in a program when it is a plain word: %s',
    async (line) => {
      expect(await refusals(task(line), { v: 'v1.2' })).toEqual([]);
    },
  );

  it('is no end of a part of a program of sed', async () => {
    expect(await refusals(task('sed -i s/a/{{ v }}/ file'), { v: 'x/w/etc/y' })).toHaveLength(1);
  });

  it.each([
    ['the words of a list', '    - command: { argv: [sh, -c, "{{ v }}"] }'],
    ['a list that a template makes', `    - command: { argv: "{{ ['sh', '-c', v] }}" }`],
    ['the words of a command', '    - command: sudo bash -c {{ v | quote }}'],
    ['the input of a shell', '    - command: { cmd: sh, stdin: "{{ v }}" }'],
    [
      'the input of a shell that another begins',
      '    - command: { argv: [sudo, sh, -s], stdin: "echo {{ v | quote }}" }',
    ],
    ['the input of a shell in a shell', '    - shell: { cmd: bash -s, stdin: "{{ v }}" }'],
    ['the job of cron', '    - cron: { name: a, job: "sh -c {{ v | quote }}" }'],
  ])('is no program in %s', async (_where, tasks) => {
    expect(await refusals(tasks, { v: evil })).toHaveLength(1);
  });

  it.each([
    ['the words of a list', '    - command: { argv: [rm, "{{ v }}"] }'],
    ['a list that a template makes', `    - command: { argv: "{{ ['rm', v] }}" }`],
    ['the words of a command', '    - command: rm {{ v | quote }}'],
  ])('is no option in %s', async (_where, tasks) => {
    expect(await refusals(tasks, { v: '-rf' })).toHaveLength(1);
  });

  it.each([
    ['behind an end of options', '    - command: { argv: [rm, --, "{{ v }}"] }'],
    ['the input of what is no shell', '    - command: { cmd: tee out, stdin: "{{ v }}" }'],
    ['a list with options of its own', `    - command: { argv: "{{ ['ls', '-l', '--', v] }}" }`],
  ])('may be %s', async (_where, tasks) => {
    expect(await refusals(tasks, { v: '-a; b' })).toEqual([]);
  });
});

it.each([
  ['rm {{ v | quote }}', '-rf', 'site.yml:7: “v” was typed and would be read by rm as an option.'],
  [
    'sudo sh -c {{ v | quote }}',
    evil,
    'site.yml:7: “v” was typed and would be read by sh as part of a program, in spite of its quotes.',
  ],
])('a refusal says what, where and by whom: %s', async (line, v, sentence) => {
  const [found] = await refusals(task(line), { v });
  expect(found).toContain(sentence);
});

describe('what a filter makes of something typed', () => {
  it.each([
    ['a default of a number', 'echo {{ "" | int(default=v) }}', evil],
    ['a default of a fraction', 'echo {{ v | float(v) }}', evil],
    ['a default of a number, made of a plain word', 'echo {{ v | int(default=v | replace("-", " ")) }}', 'a-b'],
    ['a date', 'echo {{ v | strftime }}', '%c'],
    ['a list', 'echo {{ v | split("-") | join(" ") }}', 'a-rf'],
    ['a list, in a loop', 'rm {% for x in v.split(",") %}{{ x }} {% endfor %}', 'a,-rf'],
    ['an option', 'rm {{ v | regex_replace("^x", "") }}', 'x-rf'],
    ['a part of it', 'rm {{ v[1:] }}', 'x-rf'],
    ['letters that are replaced', 'echo {{ v | replace("_", ";") }}', 'a_id'],
    ['a part by chance', 'echo {{ v.split("_") | random }}', 'a_b'],
    ['a name', 'rm {{ v | basename }}', 'a/-rf'],
  ])('is judged as it is: %s', async (_how, line, v) => {
    expect(await refusals(task(line), { v })).toHaveLength(1);
  });

  it.each([
    ['a fact', '    - set_fact: { y: "{{ v }}" }\n    - shell: echo {{ y | b64decode }}', 'eDsgaWQ='],
    ['a changed fact', `    - set_fact: { y: "{{ v | replace('-', ' ') }}" }\n    - shell: echo {{ y }}`, 'a-rf'],
    ['a variable', '    - shell: echo {{ y }}\n      vars: { y: "{{ v | b64decode }}" }', 'eDsgaWQ='],
    ['the name of a play', '    - shell: echo {{ ansible_play_name }}', evil],
    ['the name of a play in a filter', '    - shell: echo {{ ansible_play_name | upper }}', evil],
  ])('is judged as it is through %s', async (_how, tasks, v) => {
    expect(await refusals(tasks, { v }, 'For {{ v }}')).toHaveLength(1);
  });

  it.each([
    ['quoted words', 'touch {{ words | map("quote") | join(" ") }}'],
    ['a quoted word with a default', 'touch {{ v | quote | default("a b") }}'],
    ['a word that is not there', 'touch {{ missing | default("a b") }}'],
    ['letters that are left', 'touch {{ v | regex_replace("[^a-z]", "") }}'],
    ['a number', 'touch {{ v | length }}'],
    ['a word behind a here-document', 'cat <<E\nit is\nE\ntouch {{ v | quote }}'],
    ['a word on the line of a here-document', "cat <<-'E' > {{ v | quote }}\n\ta (b\n\tE\ntouch {{ v | quote }}"],
    ['a word in a pattern', 'case "$x" in a) touch {{ v | quote }};; esac'],
    ['a quoted word of a list', 'touch {{ ["a", v | quote] | join(" ") }}'],
    ['a choice by it', 'touch {{ "a b" if v == "a" else "c d" }}'],
    ['one of several', 'touch {{ {"a": "b c"}[v] | default("c d") }}'],
  ])('may be %s', async (_what, line) => {
    expect(await refusals(task(line), { v: evil, words: [evil, 'b'] })).toEqual([]);
  });

  it('may have what the author wrote beside a plain word', async () => {
    const line = 'deploy {{ ["--version", v] | join(" ") }} {{ "--to " + v }} {{ "-x " ~ v }} {{ opts }}';
    const tasks = `${task(line)}\n      vars: { opts: "--all {{ v | upper }} --now" }`;
    expect(await refusals(tasks, { v: 'v1.2' })).toEqual([]);
  });
});

describe('a name that was typed', () => {
  it('is what a host said once it is registered over', async () => {
    const tasks = `    - set_fact: { y: "{{ v }}" }
    - debug: { msg: a b }
      register: y
    - shell: echo {{ y.msg }}`;
    expect(await refusals(tasks, { v: evil })).toEqual([]);
  });

  it('is refused through the name of a role', async () => {
    lab = await openLab({ hosts: ['a'] });
    await lab.file('playbooks/roles/x y/tasks/main.yml', '- shell: echo {{ ansible_role_name }}\n');
    await lab.playbook(
      '- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: v, unsafe: true }, { name: words, unsafe: true }]\n  tasks:\n    - include_role: { name: "{{ v }}" }\n',
    );
    const plan = await lab.plan({ vars: { v: 'x y' } });
    expect(plan.steps.map(({ refusal }) => refusal?.code)).toContain('step.typed_in_shell');
  });

  it('stays typed in what is told later of a task that was left running', async () => {
    const tasks = `    - shell: echo {{ v | quote }}
      async: 30
      poll: 0
      register: job
    - async_status: { jid: "{{ job.ansible_job_id }}" }
      register: end
      until: end is finished
      retries: 30
      delay: 0
    - shell: echo {{ end.stdout }}`;
    lab = await openLab({ hosts: ['a'] });
    await lab.playbook(
      `- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: v, unsafe: true }, { name: words, unsafe: true }]\n  tasks:\n${tasks}\n`,
    );
    const plan = await lab.plan({ vars: { v: evil } });
    await lab.apply({ plan, request: plan.request });
    expect(await lab.read('a', 'pwned')).toBeUndefined();
  });

  it('stays typed as a variable of a host that was added', async () => {
    const tasks = `    - add_host: { name: other, groups: more, y: "{{ v }}" }
    - shell: echo {{ hostvars.other.y | b64decode }}`;
    expect(await refusals(tasks, { v: 'eDsgaWQ=' })).toHaveLength(1);
  });

  it('stays typed when a fact is made of it', async () => {
    const tasks = `    - set_fact: { y: "{{ v }}" }
    - set_fact: { y: "{{ y }} b" }
    - shell: echo {{ y }}`;
    expect(await refusals(tasks, { v: evil })).toHaveLength(1);
  });
});
