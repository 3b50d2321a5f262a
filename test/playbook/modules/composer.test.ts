import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { composer } from '#playbook/modules/composer.ts';
import { findProgram } from '#test/support/programs.ts';
import { shells, tryModule } from './host.ts';
import { ordered, type Programs, programs } from './programs.ts';

const options = ['no-ansi', 'no-interaction', 'no-progress', 'no-dev', 'prefer-dist', 'optimize-autoloader'];
const help = (names: readonly string[]): string =>
  JSON.stringify({ definition: { options: Object.fromEntries(names.map((name) => [name, { name: `--${name}` }])) } });

/** A composer as the real one answers: the packages to come are in `$KEPT`, and gone once they are there. */
const program = `${ordered}
case $1 in
  help) case $2 in
      run-script) echo '${help(['no-ansi', 'no-dev'])}' ;;
      nonsense) echo 'Command "nonsense" is not defined.' >&2; exit 1 ;;
      *) echo '${help([...options, 'dry-run'])}' ;;
    esac; exit ;;
esac
case " $* " in *" --dry-run "*) d=1 ;; *) d=; ordered "$@" ;; esac
[ ! -e "$KEPT.broken" ] || { echo "  Your lock file
  is broken" >&2; exit 2; }
if [ -s "$KEPT" ]; then cat "$KEPT" >&2; [ -n "$d" ] || : >"$KEPT"
else echo "Nothing to install, update or remove" >&2; fi
[ -n "$d" ] || echo "Generating optimized autoload files"`;

let host: Programs;
let project = '';
beforeEach(() => {
  host = programs({ php: 'exec "$@"', composer: program });
  project = join(host.folder, "it's $(odd)");
  mkdirSync(project);
});
afterEach(() => host.remove());

const run = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(composer, { working_dir: project, ...args }, { shell, env: host.env }, really);
const said = ({ plan }: Awaited<ReturnType<typeof run>>): readonly string[] =>
  plan.differences.map(({ subject, aspect, before, after }) => `${subject} ${aspect}: ${before} → ${after}`);
const waiting = (text: string): void => writeFileSync(host.env.KEPT ?? '', text);

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('composer, on %s', (_name, shell) => {
  it('says which packages come and go, and has composer do it', async () => {
    waiting(
      [
        'Package operations: 1 install, 2 updates, 1 removal',
        '  - Removing acme/old (0.9)',
        '  - Installing acme/new (1.2.0)',
        '  - Upgrading acme/thing (1.0 => 1.1)',
        '  - Updating acme/first (2.0) to acme/first (2.1)\n',
      ].join('\n'),
    );
    const versions = [
      'composer package acme/old version: 0.9 → absent',
      'composer package acme/new version: absent → 1.2.0',
      'composer package acme/thing version: 1.0 → 1.1',
      'composer package acme/first version: 2.0 → 2.1',
    ];
    expect(said(await run({}, false, shell))).toEqual(versions);
    expect(host.orders()).toEqual([]);
    const { result } = await run({ prefer_dist: true, prefer_source: true, arguments: 'a "b  ;c" ~1.0' }, true, shell);
    expect(result).toMatchObject({ changed: true, result: { msg: expect.stringContaining('- Installing acme/new') } });
    const flags = '[--no-ansi][--no-interaction][--no-progress]';
    expect(host.orders()).toEqual([
      `[install]${flags}[--working-dir][${project}][--prefer-dist][--no-dev][--optimize-autoloader][a][b  ;c][~1.0]`,
    ]);
  });
});

describe('composer', () => {
  it('has the autoloader made anew where no package changes, which is no change', async () => {
    const { plan, result } = await run({});
    expect(plan.differences).toMatchObject([{ aspect: 'autoloader', reads: true }]);
    expect(result).toMatchObject({ changed: false, result: { stdout: expect.stringContaining('Generating') } });
    expect(host.orders()).toHaveLength(1);
  });

  it('says that a command runs which cannot tell what it would do', async () => {
    const { plan, result } = await run({ command: 'run-script', arguments: 'build' });
    expect(plan).toMatchObject({
      unknown: true,
      differences: [{ aspect: 'runs', after: 'composer run-script build' }],
    });
    expect(result?.changed).toBe(false);
    expect(host.orders()).toEqual([`[run-script][--no-ansi][--working-dir][${project}][--no-dev][build]`]);
  });

  it('works for everything of the account', async () => {
    waiting('  - Installing acme/new (1.2.0)\n');
    await run({ command: 'require', global_command: true, arguments: 'acme/new', no_dev: false });
    expect(host.orders()[0]).toMatch(/^\[global\]\[require\]\[--no-ansi\].*\[--optimize-autoloader\]\[acme\/new\]$/);
  });

  it('takes what is no list of packages as one change', async () => {
    waiting('Changing something\n');
    expect(said(await run({}, false))).toEqual([`${project} packages: other → as by composer install`]);
  });

  it('fails with the words of composer', async () => {
    writeFileSync(`${host.env.KEPT}.broken`, '');
    expect((await run({}, false)).plan.failed).toBe('Your lock file is broken');
    const broken = await run({ command: 'run-script' });
    expect(broken.result).toMatchObject({ failed: 'Your lock file is broken', changed: false });
    expect((await run({ command: 'nonsense' }, false)).plan.failed).toBe('Command "nonsense" is not defined.');
  });

  it('takes the programs it is told, and says which are missing', async () => {
    const [php, program] = ['php', 'composer'].map((name) => join(host.folder, name));
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    const given = await tryModule(composer, { working_dir: '/x', executable: php ?? '' }, bare, false);
    expect(given.plan.failed).toContain('composer: the host has no composer. ');
    const absent = await tryModule(composer, { working_dir: '/x', executable: '/no/php' }, bare, false);
    expect(absent.plan.failed).toContain('the host has no /no/php');
    const both = { executable: php ?? '', composer_executable: program ?? '' };
    expect((await run({ ...both })).result?.changed).toBe(false);
  });

  it.each([
    [{ working_dir: null }],
    [{ command: 'require acme/x' }],
    [{ command: '--version' }],
    [{ command: '$(id)' }],
    [{ arguments: "it's" }],
    [{ arguments: 'x $HOME' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});
