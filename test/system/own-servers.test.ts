import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program, quarterdeck, realBots } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';
import { blocksOf } from '../../scripts/readme/blocks.mjs';

const readme = await readFile(join(program, 'README.md'), 'utf8');
const section = readme.slice(readme.indexOf('## Your own servers'), readme.indexOf('## Further'));
const blocks = blocksOf(section);
const example = /```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
const steps = blocks.find((block) => block.language === 'sh')?.steps ?? [];

/** The words of a line of the page, without the program before them. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '').slice(1);

const bots = realBots();
let sshd: Sshd;
let data: string;
let config: string;

describe.skipIf(!hasSshd)('what README says of one’s own servers', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    data = await bots.folder();
    config = join(data, 'quarterdeck.yaml');
    const { username } = userInfo();
    const own = example
      .replaceAll('/srv/ansible', join(data, 'ansible'))
      .replace('user: deploy', `user: ${username}`)
      .replace('~/.ssh/id_ed25519', join(sshd.folder, 'user'))
      .replace('cli:local:ada', `cli:local:${username}`);
    await mkdir(join(data, 'ansible'));
    await writeFile(join(data, 'ansible/hosts'), `[web]\nweb-1 ansible_host=127.0.0.1 ansible_port=${sshd.port}\n`);
    const site = '- hosts: web\n  gather_facts: false\n  tasks:\n    - copy: { content: hello, dest: ./said }\n';
    await writeFile(join(data, 'ansible/site.yml'), site);
    await writeFile(config, `${own}\nharbour: false\n`);
  });
  afterAll(async () => {
    await sshd.stop();
    await bots.end();
  });

  it('holds, line by line, up to the first run', async () => {
    expect(steps.map(({ words }) => words)).toContain('npm start');
    for (const step of steps) {
      if (step.words === 'npm start') {
        await bots.start(data, {}, ['--config', config]);
        continue;
      }
      const { code, out, error } = await quarterdeck(data, [...wordsOf(step.words), '--config', config]);
      if (step.words.includes(' trust ')) {
        // Nobody sits here to answer: the fingerprint it shows says yes.
        const [fingerprint = ''] = out.match(/SHA256:\S+/) ?? [];
        const words = [...wordsOf(step.words), '--fingerprint', fingerprint, '--config', config];
        expect(await quarterdeck(data, words)).toMatchObject({ code: 0 });
      } else
        expect([step.words, code, code === (step.exit ?? 0) ? '' : out + error]).toEqual([
          step.words,
          step.exit ?? 0,
          '',
        ]);
    }
    expect(await readFile(join(sshd.home, 'said'), 'utf8')).toBe('hello');
  });
});
