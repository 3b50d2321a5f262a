import { afterEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

/** Plans a line of a shell: what its refusals say. */
async function refusals(line: string, v: string, asks = ''): Promise<readonly string[]> {
  lab = await openLab({ hosts: ['a'] });
  const shell = `    - shell: |\n        ${line.replaceAll('\n', '\n        ')}\n`;
  await lab.playbook(`- hosts: a\n  gather_facts: false\n${asks}  tasks:\n${shell}`);
  const plan = await lab.plan({ vars: { v } });
  return plan.steps.flatMap(({ refusal }) => (refusal ? [`${refusal.code}: ${JSON.stringify(refusal.say)}`] : []));
}

const text = '  vars_prompt: [{ name: v, unsafe: true }]\n';

describe('nothing, in a play that asks for text,', () => {
  it.each([
    ['rm -rf /srv/app{{ v }}'],
    ['rm -rf /srv/app{{ v | quote }}'],
    ['rm -rf "/srv/app{{ v }}"'],
    ['find . -name {{ v }}* -delete'],
    ['find . -name {{ v | quote }}* -delete'],
    ['sed -i {{ v }}d f'],
    ['sed -i s/a/{{ v }}/ f'],
    ['grep -F "{{ v }}" f | xargs rm'],
    ['grep -F {{ v | quote }} f | xargs rm'],
    ['grep -e {{ v | quote }} f'],
    ['echo a{{ v }}'],
    ['cp {{ v }} b'],
    ['ls {{ v }}'],
    ['tar -C {{ v }} -cf a b'],
    ['VERSION={{ v }} ls'],
    ['sh -c "rm -rf /srv/app{{ v }}"'],
    ['sh <<E\nrm -rf /srv/app{{ v }}\nE'],
    ['psql <<E\ndelete from t where id > {{ v }} 1\nE'],
    ['X={{ v | quote }}; rm -rf /srv/app$X'],
    ['X={{ v | quote }}; rm -rf "/srv/app$X"'],
    ['rm -rf /srv/app{{ v | default("") }}'],
  ])('does not vanish in %s', async (line) => {
    expect(await refusals(line, '', text)).toEqual([
      expect.stringMatching(/^step\.typed_in_(?:shell|path): .*nothing/),
    ]);
  });

  it.each([
    ['ls {{ v | quote }}'],
    ['ls "{{ v }}"'],
    ["ls '{{ v }}'"],
    ['git commit -m {{ v | quote }}'],
    ['tool --note={{ v | quote }} a'],
    ['NOTE={{ v | quote }} tool'],
    ['NOTE="{{ v }}"; tool "$NOTE"'],
    ['test -n {{ v | quote }} && ls'],
    ['[ -z "{{ v }}" ] || ls'],
    ['{% if v %}\nls {{ v }}\n{% endif %}\nid'],
    ["ls {{ '-a ' ~ v if v else '' }}"],
    ['cat <<E\n{{ v }}\nE'],
    ['# {{ v }}\nid'],
  ])('is a word of its own in %s', async (line) => {
    expect(await refusals(line, '', text)).toEqual([]);
  });
});

describe('nothing, in a play that asks for text, elsewhere', () => {
  const tasks = async (task: string, v = '', asks = text): Promise<readonly string[]> => {
    lab = await openLab({ hosts: ['a'] });
    await lab.playbook(`- hosts: a\n  gather_facts: false\n${asks}  tasks:\n    - ${task}\n`);
    return (await lab.plan({ vars: { v } })).steps.flatMap(({ refusal }) => refusal?.code ?? []);
  };

  it.each([
    ['command: rm -rf /srv/app{{ v }}'],
    ['command: { argv: [rm, -rf, "/srv/app{{ v }}"] }'],
    ['cron: { name: a, job: "rm -rf /srv/app{{ v }}" }'],
    ['copy: { dest: /tmp/a, content: "#!/bin/sh\\nrm -rf /srv/app{{ v }}\\n" }'],
    ['shell: rm -rf /srv/app$X\n      environment: { X: "{{ v }}" }'],
  ])('does not vanish in %s', async (task) => {
    expect(await tasks(task)).toEqual(['step.typed_in_shell']);
  });

  it.each([
    ['command: { argv: [ls, "{{ v }}"] }'],
    ['command: { argv: [git, commit, -m, "{{ v }}"] }'],
    ['copy: { dest: /tmp/a, content: "a {{ v }} b" }'],
    ['shell: tool "$X"\n      environment: { X: "{{ v }}" }'],
    ['shell: id\n      environment: { X: "a{{ v }}" }'],
  ])('may be in %s', async (task) => {
    expect(await tasks(task)).toEqual([]);
  });
});

describe('what a plain word is made nothing of', () => {
  it('does not vanish either', async () => {
    const line = "rm -rf /srv/app{{ v | regex_replace('^v', '') }}";
    expect(await refusals(line, 'v')).toEqual([expect.stringMatching(/^step\.typed_in_shell: .*nothing/)]);
    await lab.close();
    expect(await refusals(line, 'v2')).toEqual([]);
  });
});

describe('what a plain word chooses nothing by', () => {
  const gone = [
    ["{{ v.split('-')[1] | default('') }}", 'abc'],
    ["{{ (v | split('-'))[1] | default('') }}", 'abc'],
    ["{{ v.split('.')[2] | default('') }}", '1.2'],
    ["{{ parts[1] | default('') }}", 'abc'],
    ["{{ part | default('') }}", 'abc'],
    ["{{ {'x': 'y'}[v] | default('') }}", 'abc'],
    ["{{ v[9] | default('') }}", 'abc'],
    ["{{ left | default(v[9] | default('')) }}", 'abc'],
    ["{{ (v.split('-') | last) if '-' in v else '' }}", 'abc'],
    ["{{ (v.split('-') | last) if '-' in v }}", 'abc'],
    ["{% if '-' in v %}{{ v }}{% endif %}", 'abc'],
    ["{% for one in v.split('-')[1:] %}{{ one }}{% endfor %}", 'abc'],
    ['{{ chosen }}', 'abc'],
  ] as const;
  const made =
    `  vars:\n    parts: "{{ v.split('-') }}"\n    part: "{{ v.split('-')[1] }}"\n` +
    `    chosen: "{{ v if '-' in v else '' }}"\n`;

  it.each(gone)('is nothing of a path: %s with %s', async (text, v) => {
    for (const line of [
      `rm -rf /srv/app/${text}`,
      `rm -rf "/srv/app/${text}"`,
      `sh -c 'rm -rf /srv/app/${text.replaceAll("'", '"')}'`,
    ]) {
      expect(await refusals(line, v, made)).toEqual([expect.stringMatching(/^step\.typed_in_(?:path|shell): /)]);
      await lab.close();
    }
    expect(await refusals(`rm -rf /srv/app${text}`, v, made)).toEqual([
      expect.stringMatching(/^step\.typed_in_shell: /),
    ]);
  });

  it.each([
    ["rm -rf /srv/app/{{ 'cache' if v == 'cache' else '' }}"],
    ["rm -rf /srv/app/{{ (v == 'cache') | ternary('cache', '') }}"],
    ["rm -rf /srv/app/{% if v == 'cache' %}cache{% endif %}/*"],
    ["rm -rf {{ '/srv' if v == 'cache' else '' }}/app"],
    ["find . -name {{ 'a' if v == 'a' else '' }}* -delete"],
    ["{% set s = '' %}{% if v == 'cache' %}{% set s = 'cache' %}{% endif %}rm -rf /srv/app/{{ s }}/*"],
    ["{% if v == 'cache' %}{% set s = 'cache' %}{% else %}{% set s = '' %}{% endif %}rm -rf /srv/app/{{ s }}/*"],
    [
      "{% set ns = namespace(s='') %}{% for x in ['a','b'] if x == v %}{% set ns.s = x %}{% endfor %}rm -rf /srv/app/{{ ns.s }}/*",
    ],
    [
      "{% set ns = namespace(s='') %}{% for x in ['a','b'] %}{% if x == v %}{% set ns.s = x %}{% endif %}{% endfor %}rm -rf /srv/app/{{ ns.s }}/*",
    ],
    ["rm -rf /srv/app/{% for x in ['a','b'] %}{% if x != v %}{% continue %}{% endif %}{{ x }}{% endfor %}/*"],
  ])('is no name in %s', async (line) => {
    expect(await refusals(line, 'abc')).toEqual([expect.stringMatching(/^step\.typed_in_(?:path|shell): /)]);
  });

  it.each([
    ["tool {{ left | default('') }} a"],
    ["rm -rf /srv/app{{ left | default('') }}"],
    ["tool {{ '--force' if v == 'yes' else '' }} a"],
    ["{% set s = '' %}{% if v == 'yes' %}{% set s = '--force' %}{% endif %}tool {{ s }} a"],
    ["{% if v == 'yes' %}{% set s = '/etc/a' %}{% else %}{% set s = '/etc/b' %}{% endif %}cat {{ s }}"],
    [`sh -c "tool {{ '--force' if v == 'yes' else '' }}"`],
    [`echo "deployed {{ '(forced)' if v == 'yes' else '' }}" >>log`],
    [`curl -H "X: {{ 'on' if v == 'yes' else '' }}" http://127.0.0.1/`],
    ["tool{{ ' --force' if v == 'yes' else '' }} a"],
    ["tool{{ ' --only ' ~ v if v != 'abc' else '' }} a"],
    ["tool {{ '--only=' ~ v if v != 'abc' else '' }} a"],
    ["tool {% if v == 'yes' %}--force {% endif %}a"],
    ["tool a {{ left | default('--force' if v == 'yes' else '-q') }}"],
    ["rm -rf /srv/app{{ '-staging' if v == 'staging' else '' }}/cache"],
    ["systemctl restart {{ 'staging-' if v == 'staging' else '' }}app"],
    ['tool {{ force }} a'],
    ["tool {% for one in v.split('-')[1:] %}--with {{ one }} {% endfor %} a"],
    ["rm -rf /srv/app/{{ v if fact == 'yes' else 'all' }}"],
    ["tool /srv/app/{{ v if v else '' }}"],
  ])('may be left out in %s', async (line) => {
    const vars = `  vars: { fact: 'no', force: "{{ '--force' if v == 'yes' else '' }}" }\n`;
    expect(await refusals(line, 'abc', vars)).toEqual([]);
  });
});

describe('a plain word', () => {
  it.each([
    ['apt-get install -y {{ v }}', 'jq-', text],
    ['apt-get -y install jq {{ v | quote }}', 'jq-', text],
    ['apt install -y nginx={{ v }}', '1.2-', text],
    ['apt-get remove -y {{ v }}', 'libj.1'],
    ['apt-get remove -y {{ v }}', 'l+'],
    ['apt-get -y purge {{ v }}', 'l.b'],
    ['sudo apt-get autoremove -y {{ v }}', 'l.b'],
    ['apt remove -y {{ v }}', 'jq+'],
    ['aptitude remove -y {{ v }}', 'a~i'],
    ['aptitude -y install {{ v }}', 'jq_'],
    ['aptitude -y install {{ v }}', 'jq+M'],
    ['sh -c "apt-get remove -y {{ v }}"', 'l.b'],
    ['kill -s 0 -- {{ v }}', '-1'],
    ['kill -- {{ v }}', '0'],
    ['kill {{ v }}', '0'],
    ['kill -9 {{ v }}', '00'],
    ['kill -TERM -- -{{ v }}', '1'],
    ['kill -TERM -- -{{ v }}', '0'],
    ['sudo kill -9 {{ v }}', '0'],
    ['find /srv -mtime +{{ v }} -delete', '-1'],
    ['find /srv -mmin +{{ v }} -exec rm {} +', '-1'],
    ['rm -{{ v }} a', 'rf'],
    ['docker run --{{ v }} a', 'privileged'],
    ['tail -{{ v }} f', 'f'],
    ['supervisorctl restart {{ v }}', 'all'],
    ['sudo pm2 delete {{ v }}', 'all'],
    ['firewall-cmd --add-port={{ v }}/tcp', '1-65535'],
    ['nft add rule inet filter input tcp dport {{ v }} accept', '1-65535'],
    ["awk 'NR=={{ v }}{print $2}' f | xargs rm", 'NR'],
    ["awk '$3>{{ v }}{print $2}' f | xargs rm", 'x'],
    ["awk '/a/ && NR=={{ v }}' f", 'NR'],
    ["jq '.[] | select(.id=={{ v }})' f", 'env'],
    ['jq -r ".a={{ v }}" f', 'env'],
    ["perl -i -ne 'print unless $. == {{ v }}' f", 'exit'],
    ["perl -ne 's/a/b/; print if {{ v }}' f", 'exit'],
    ["perl -e 'print $h{y}, {{ v }}'", 'exit'],
    ["perl -e 'print $h{s} + {{ v }}'", 'exit'],
    ["perl -e 'print $h{ y }, {{ v }}'", 'exit'],
    ["perl -e 'print @{s}[{{ v }}]'", 'exit'],
    ["perl -e 'my @a = (y, 1, z, {{ v }})'", 'exit'],
    ["perl -e 'print $o->s|{{ v }}'", 'exit'],
    ["perl -e 'sub s{ {{ v }} } &s'", 'exit'],
    ["perl -e 'print 6 /2 + {{ v }}'", 'exit'],
    ["perl -pe 's/a/{{ v }}/e' f", 'exit'],
    ["perl -pe 's{a}{ {{ v }} }ge' f", 'exit'],
    ["ruby -e 'p [1].map { |s| {{ v }} }'", 'exit'],
    ["ruby -e 'p [1].map { |s| s+{{ v }} }'", 'exit'],
    ["ruby -e '[1].each{|s|{{ v }}}'", 'exit'],
    ['ruby -e \'p "#{s}" + {{ v }}\'', 'exit'],
    ["ruby -e 'p [:s, {{ v }}]'", 'exit'],
    ["ruby -e 'h = {s: 1}; p h[:s], {{ v }}'", 'exit'],
    ["ruby -e 'p(q: {{ v }})'", 'exit'],
    ["ruby -e 's, t = 1, {{ v }}; p t'", 'exit'],
    ["ruby -e 'n = 6; p n /2 + {{ v }}'", 'exit'],
    ['python3 -c "print({{ v }})"', 'exit'],
    ['python3 -c "import {{ v }}"', 'antigravity'],
    [`python3 -c "print('a' + {{ v }})"`, 'exit'],
    ['python3 <<E\nprint({{ v }})\nE', 'exit'],
    ["ruby -ne 'puts 1 if $. == {{ v }}' f", 'exit'],
    ['ruby -e \'p "a".{{ v }}\'', 'exit'],
    [`ruby -e 'puts "a#{ {{ v }} }"'`, 'exit'],
    ['node -e "console.log({{ v }})"', 'process'],
    ['php -r "echo {{ v }};"', 'exit'],
    ['mongosh --eval "db.{{ v }}()"', 'dropDatabase'],
    ['mongosh --eval "db.a.deleteMany({ n: {{ v }} })"', 'db'],
    ["yq -i '.a = {{ v }}' f", 'env'],
    ["yq e 'select(.id == {{ v }})' f", 'env'],
    ['lsof -ti:{{ v }} | xargs kill', '1-65535'],
    ['lsof -t -i tcp:{{ v }} | xargs kill', '1-65535'],
    ['cut -d: -f{{ v }} f | xargs rm', '1-9'],
    ['chown -R {{ v }} /srv/app', 'app.root'],
    ['chown {{ v }}:app /srv/app', 'app.root'],
  ])('is no more than a value: %s with %s', async (line, v, asks = '') => {
    expect(await refusals(line, v, asks)).toEqual([expect.stringMatching(/^step\.typed_in_shell: /)]);
  });

  it.each([
    ['apt-get install -y {{ v }}', 'g++'],
    ['apt-get install -y {{ v }}', 'php8.2-fpm'],
    ['apt-get install -y nginx={{ v }}', '1.18.0-6ubuntu14.4'],
    ['apt-get remove -y {{ v }}', 'jq'],
    ['apt-get purge -y linux-image-{{ v }}-generic', '6'],
    ['aptitude -y install {{ v }}', 'jq'],
    ['kill {{ v }}', '123'],
    ['kill -9 {{ v }}', '1234'],
    ['kill -{{ v }} 123', 'HUP'],
    ['kill -{{ v }} 123', '9'],
    ['kill -s {{ v }} 123', 'TERM'],
    ['kill -- -{{ v }}', '123'],
    ['kill $(cat /run/{{ v }}.pid)', 'shop'],
    ['find /srv -mtime +{{ v }} -delete', '30'],
    ['tail -{{ v }} f', '20'],
    ['nice -n {{ v }} id', '-5'],
    ['deploy --version={{ v }}', 'v2'],
    ['lsof -ti:{{ v }} | xargs kill', '8080'],
    ['cut -d: -f{{ v }} f', '2'],
    ['cut -d: -f1 {{ v }}', 'shop-2025-01.log'],
    ['chown -R {{ v }}:{{ v }} /srv/app', 'app'],
    ['chown app /srv/{{ v }}', 'a.txt'],
    ['supervisorctl restart {{ v }}', 'shop'],
    ['supervisorctl restart {{ v }}-all', 'shop'],
    ['firewall-cmd --add-port={{ v }}/tcp', '8080'],
    ["awk 'NR=={{ v }}{print $2}' f", '12'],
    ["awk -v n={{ v }} '$1==n' f", 'shop'],
    [`awk '$1=="{{ v }}"{print $2}' f`, 'shop-2'],
    ["awk '/{{ v }}/{print $2}' f", 'shop'],
    ["jq '.{{ v }}' f", 'name'],
    ['jq -r \'.apps[] | select(.name == "{{ v }}") | .id\' f', 'shop'],
    ["jq '.id={{ v }}' f", '12'],
    ["perl -i -ne 'print unless $. == {{ v }}' f", '3'],
    ["perl -pi -e 's/OLD/{{ v }}/g' f", 'v1.2'],
    ["perl -pi -e 's,/opt/old,/opt/{{ v }},' f", 'v2'],
    ["perl -pi -e 's{OLD}{{ '{' }}{{ v }}{{ '}' }}g' f", 'v1.2'],
    ["perl -pi -e 's|/opt/old|/opt/{{ v }}|' f", 'v2'],
    ["perl -pi -e '$_ = $. if m!^{{ v }}!; s#OLD#{{ v }}#i && next' f", 'v2'],
    ["perl -ne 'print if $a =~ m{^{{ v }}}' f", 'shop'],
    ["perl -e 'print q({{ v }}), qq[{{ v }}]'", 'shop'],
    ["perl -e 'my @a = grep { /{{ v }}/ } split /,/, $b'", 'shop'],
    ["ruby -ne 'puts $_ if $_ =~ /{{ v }}/' f", 'shop'],
    ["ruby -pe 'sub(/{{ v }}/, %{x}); gsub /{{ v }}/, %{y}' f", 'shop'],
    ["perl -pi -e's/a/b/' {{ v }}", 'notes'],
    ["perl -ne 'print if /{{ v }}/' f", 'shop'],
    ['python3 -c "print({{ v }})"', '12'],
    [`python3 -c "print('{{ v }}')"`, 'shop'],
    [`python3 -c 'import json; print(json.load(open("a"))["{{ v }}"])'`, 'shop'],
    ['python3 <<E\n# for {{ v }}\nprint("{{ v }}")\nE', 'shop'],
    ['python3 -c "import sys; print(sys.argv[1])" {{ v }}', 'shop'],
    ['python3 manage.py migrate {{ v }}', 'shop'],
    ['python3 -m http.server {{ v }}', '8080'],
    [`node -e 'console.log("{{ v }}")'`, 'shop'],
    ['node app.js {{ v }}', 'shop'],
    ['mongosh shop --eval "db.{{ v }}.countDocuments()"', 'orders'],
    ['yq -i \'.image.tag = "{{ v }}"\' f', 'v1.2'],
    ["yq '.{{ v }}' f", 'name'],
    ["yq '.a' {{ v }}", 'notes'],
  ])('is taken: %s with %s', async (line, v) => {
    expect(await refusals(line, v)).toEqual([]);
  });
});

describe('a plain word for a module', () => {
  const planned = async (task: string, v: string): Promise<readonly string[]> => {
    lab = await openLab({ hosts: ['a'] });
    await lab.playbook(`- hosts: a\n  gather_facts: false\n  tasks:\n    - ${task}\n`);
    return (await lab.plan({ vars: { v } })).steps.flatMap(({ refusal }) => refusal?.code ?? []);
  };

  it.each([
    ['postgresql_privs: { db: a, objs: "{{ v }}", privs: SELECT, roles: ann }', 'ALL_IN_SCHEMA'],
    ['postgresql_privs: { db: a, objs: orders, privs: SELECT, roles: "{{ v }}" }', 'public'],
    ['supervisorctl: { name: "{{ v }}", state: restarted }', 'all'],
    ['firewalld: { port: "{{ v }}/tcp", state: enabled }', '1-65535'],
    ['mysql_user: { name: ann, priv: "{{ v }}.*:ALL" }', '____'],
    ['mysql_user: { name: ann, priv: "{{ v }}.*:ALL" }', 's___'],
  ])('is not many: %s with %s', async (task, v) => {
    expect(await planned(task, v)).toEqual(['step.typed_in_list']);
  });

  it.each([
    ['postgresql_privs: { db: a, objs: "{{ v }}", privs: SELECT, roles: ann }', 'orders'],
    ['supervisorctl: { name: "{{ v }}", state: restarted }', 'shop'],
    ['firewalld: { port: "{{ v }}/tcp", state: enabled }', '8080'],
    ['mysql_user: { name: ann, priv: "{{ v }}.*:ALL" }', 'shop_test'],
  ])('is one: %s with %s', async (task, v) => {
    expect(await planned(task, v)).not.toContain('step.typed_in_list');
  });
});
