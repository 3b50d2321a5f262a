import { afterEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

type Vars = Parameters<Lab['plan']>[0] extends { vars?: infer V } | undefined ? V : never;

/** Plans a playbook of one play with these tasks: the refusals of its steps. */
async function refusals(tasks: string, v: string): Promise<readonly string[]> {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(`- hosts: a\n  gather_facts: false\n  tasks:\n${tasks}\n`);
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
    ['echo a{{ v }}', ''],
    ['ls {{ v | quote }}', ''],
    ['sed -i s/a/{{ v }}/ file', ''],
    ['sed -i s/a/{{ v }}/ file', '.'],
    ['ls srv/v{{ v }}/a', '1'],
  ])('takes names: %s with %s', async (line, v) => {
    expect(await refusals(task(line), v)).toEqual([]);
  });
});
