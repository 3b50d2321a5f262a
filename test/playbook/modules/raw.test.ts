import { describe, expect, it } from 'vitest';
import { raw } from '#playbook/modules/raw.ts';
import { changes, shells, tryModule } from './host.ts';

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('raw, on %s', (_name, shell) => {
  it('runs the line in a shell and gives what it said', async () => {
    const { plan, result } = await tryModule(raw, { cmd: 'echo "a  b"; echo c >&2; exit 3' }, { shell });
    expect(changes(plan)).toEqual(['runs: false → true']);
    expect(result).toEqual({
      changed: true,
      failed: 'non-zero return code',
      result: {
        rc: 3,
        stdout: 'a  b\n',
        stdout_lines: ['a  b'],
        stderr: 'c\n',
        stderr_lines: ['c'],
        msg: 'non-zero return code',
      },
    });
  });

  it('takes another shell, and no input', async () => {
    const { plan, result } = await tryModule(raw, { cmd: 'cat; echo $0', executable: '/bin/bash' }, { shell });
    expect(changes(plan)).toContain('executable: null → /bin/bash');
    expect(result?.result.stdout).toBe('/bin/bash\n');
  });
});

describe('raw', () => {
  it.each([[{}], [{ cmd: ' ' }], [{ cmd: 'x', creates: '/y' }]])('refuses %j', async (args) => {
    await expect(tryModule(raw, args)).rejects.toThrow('module.arguments');
  });
});
