import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { blocksOf, wrongBlocks } from '../../scripts/readme/blocks.mjs';
import { complaintsAbout } from '../../scripts/readme.mjs';

/** A repository whose `npm start` serves `/readyz`, and whose `bin/quarterdeck say` echoes the order. */
async function repository(server: string) {
  const root = await mkdtemp(join(tmpdir(), 'readme-test-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, 'bin'));
  await writeFile(join(root, 'package.json'), '{ "scripts": { "start": "node server.cjs" } }');
  await writeFile(join(root, 'server.cjs'), server);
  await writeFile(join(root, 'bin/quarterdeck'), '#!/bin/sh\necho "$@"\n[ "$2" != "deploy shop v3" ]\n', {
    mode: 0o755,
  });
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]);
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-qm', 'x');
  return root;
}

const listening = `require('node:http').createServer((q, r) => r.end()).listen(Number(process.env.QUARTERDECK_PORT), '127.0.0.1',
  () => console.log('http://127.0.0.1:' + process.env.QUARTERDECK_PORT));`;
const start =
  '<!-- check: start -->\n```sh\ngit clone https://example.org/q.git quarterdeck\ncd quarterdeck\nnpm start\n```\n';

describe('README commands', () => {
  it('are done one after the other in a fresh clone with a running bot', async () => {
    const root = await repository(listening);
    const page = `${start}
<!-- check: commands -->
\`\`\`sh
# a comment
pwd  # says /quarterdeck
curl -sf http://127.0.0.1:$QUARTERDECK_PORT/ \\
  >/dev/null
false # exit 1
\`\`\`

<!-- check: say as console:local:ben -->
\`\`\`text
deploy shop v2   # says say deploy shop v2 --as console:local:ben --yes
it's $(touch hacked)
\`\`\`
<!-- check: say, exit 1 -->
\`\`\`text
deploy shop v3
\`\`\`

<!-- check: not run, it would run itself -->
\`\`\`sh
npm test
\`\`\`
`;
    expect(await complaintsAbout(page, root)).toEqual([]);
  });

  it.each([
    [
      'a command that fails',
      '<!-- check: commands -->\n```sh\ntrue\nls /nowhere\n```',
      /^line 4: `ls \/nowhere` exited with 2, not 0/,
    ],
    ['words that are not said', '<!-- check: commands -->\n```sh\necho a # says b\n```', /did not say "b"/],
    ['a block nobody checks', '```sh\ntrue\n```', /^line 1: say how this block is checked/],
    ['a check that does not exist', '<!-- check: dance -->\n```sh\n```', /"dance" is no way/],
  ])('are complained about: %s', async (_what, page, complaint) => {
    expect((await complaintsAbout(page, '/'))[0]).toMatch(complaint);
  });

  it('are complained about when the bot ends by itself, with its words', async () => {
    const root = await repository("console.error('no port for me'); process.exit(1);");
    const [complaint] = await complaintsAbout(start, root);
    expect(complaint).toContain('did not start the bot: it ended by itself');
    expect(complaint).toContain('no port for me');
  });

  it('are complained about when a process outlives the bot', async () => {
    const root = await repository(
      `require('node:child_process').spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }).unref();${listening}`,
    );
    expect((await complaintsAbout(start, root, 1500))[0]).toMatch(/these processes outlived it: \d+/);
  });
});

describe('blocksOf', () => {
  it('reads language, check, lines, exit codes and words', () => {
    const [first, second] = blocksOf(
      '# x\n<!-- check: commands -->\n\n```sh\na # exit 2\nb \\\n c # why\n```\n\n```yaml\nx: 1\n```',
    );
    expect(first).toMatchObject({ language: 'sh', check: 'commands', line: 4 });
    expect(first?.steps).toMatchObject([
      { line: 5, words: 'a', exit: 2 },
      { line: 6, words: 'b  c' },
    ]);
    expect(first?.steps[1]?.exit).toBeUndefined();
    expect(second?.check).toBeUndefined();
    expect(wrongBlocks([first, second])).toEqual([]);
  });

  it('says where a block has no end', () => {
    expect(() => blocksOf('x\n```sh\n')).toThrow(/line 2/);
  });
});
