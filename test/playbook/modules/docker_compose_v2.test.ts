import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { actionsIn, complaintIn } from '#playbook/modules/docker_compose_v2/events.ts';
import { dockerComposeV2 } from '#playbook/modules/docker_compose_v2.ts';
import { shells, tryModule } from './host.ts';
import { ordered, type Programs, programs } from './programs.ts';

/** A docker whose plugin takes only the options of the real one, and says what the real one (2.26) says. */
const docker = (version: string): string => `${ordered}
[ "$1" != --host=x ] || shift
[ "$1" = compose ] || { echo "docker: unknown command" >&2; exit 1; }
shift
[ "$1" != version ] || { echo ${version}; exit 0; }
dry=; for w in "$@"; do [ "$w" != --dry-run ] || dry='DRY-RUN MODE - '; done
case " $* " in
  *' ps --format json '*) echo '{"Name":"p-web-1","Service":"web","State":"running","Labels":"a=b=c,d=","Networks":"p_n"}'; exit 0 ;;
  *' ps --quiet '*) echo 123; exit 0 ;;
  *' images '*) echo '[{"ID":"sha256:1","ContainerName":"p-web-1"}]'; exit 0 ;;
esac
[ -n "$dry" ] || ordered "$@"
[ ! -e "$KEPT.fails" ] || { echo "$dry Container p-web-1  Creating"; echo "Error response from daemon: no such image"; exit 1; } >&2
if [ -e compose.yaml ]; then cp compose.yaml "$KEPT.file"; fi
for c in "$@"; do case $c in
  up) [ -e "$KEPT.up" ] || { echo "$dry Container p-web-1  Creating"; echo "$dry Container p-web-1  Created"; echo "$dry Container 0123456789ab_p-db-1  Starting"; echo "$dry web Pulling"; } >&2 ;;
  stop) echo "$dry Container p-web-1  Stopping" >&2 ;;
  restart) echo "$dry Container p-web-1  Restarting" >&2 ;;
  down) echo "$dry Container p-web-1  Removing" >&2; echo "$dry Network p_n  Removing" >&2 ;;
esac; done
:`;

describe('what Compose says', () => {
  it.each([
    [' Container p-web-1  Creating ', [['container', 'p-web-1', 'Creating']]],
    ['DRY-RUN MODE -  Container 0123456789ab_p-web-1  Starting', [['container', 'p-web-1', 'Starting']]],
    [' Volume "p_data"  Creating', [['volume', 'p_data', 'Creating']]],
    [' Network p_n  Removing\n Network p_n  Removed', [['network', 'p_n', 'Removing']]],
    [' Container p-web-1  Running', []],
    [' Container p-web-1  Recreate', [['container', 'p-web-1', 'Recreate']]],
    [' web Pulling', [['service', 'web', 'Pulling']]],
    ['DRY-RUN MODE -    build service web', [['service', 'web', 'Building']]],
    ['time="…" level=warning msg="the attribute `version` is obsolete"', []],
  ] as const)('%j', (line, expected) =>
    expect(actionsIn(line).map(({ what, id, status }) => [what, id, status])).toEqual(expected),
  );

  it('a complaint is no progress', () => {
    expect(complaintIn(' Container a  Creating\nError response from daemon: no\n')).toBe(
      'Error response from daemon: no',
    );
    expect(complaintIn('something else')).toBe('something else');
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('docker_compose_v2 in %s', (_name, shell) => {
  let [folder, place]: [string, Programs | undefined] = ['', undefined];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "p $(id) '"));
    writeFileSync(join(folder, 'docker-compose.yml'), 'services: {}\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => {
    place?.remove();
    place = undefined;
  });

  const attempt = async (args: JsonObject, version = '2.26.1-4') => {
    place = programs({ docker: docker(version) });
    const all = { docker_host: 'x', ...(args.definition === undefined && { project_src: folder }), ...args };
    const tried = await tryModule(dockerComposeV2, all, { shell, env: place.env });
    const [orders, kept] = [place.orders(), place];
    return { ...tried, orders, kept };
  };
  const begin = (): string => `[--ansi][never][--progress][plain][--project-directory][${folder}]`;
  const up = '[up][--detach][--no-color][--quiet-pull]';

  it.each([
    [{}, [`${up}[--]`]],
    [
      {
        pull: 'missing',
        build: 'always',
        recreate: 'always',
        dependencies: false,
        timeout: 3,
        wait: true,
        wait_timeout: 9,
      },
      [`${up}[--pull=missing][--force-recreate][--no-deps][--timeout=3][--build][--wait][--wait-timeout=9][--]`],
    ],
    [
      {
        build: 'never',
        recreate: 'never',
        remove_orphans: true,
        renew_anon_volumes: true,
        scale: { b: 2, a: '1' },
        services: ['$(id)', '-x'],
      },
      [
        `${up}[--remove-orphans][--no-recreate][--renew-anon-volumes][--no-build][--scale=a=1][--scale=b=2][--][$(id)][-x]`,
      ],
    ],
    [
      { state: 'stopped', timeout: 1, services: ['web'], wait: true },
      [`${up}[--timeout=1][--no-start][--][web]`, '[stop][--timeout=1][--][web]'],
    ],
    [{ state: 'restarted', dependencies: false }, ['[restart][--no-deps][--]']],
    [
      { state: 'absent', remove_images: 'local', remove_volumes: true, remove_orphans: true },
      ['[down][--remove-orphans][--rmi=local][--volumes][--]'],
    ],
  ] as readonly (readonly [JsonObject, readonly string[]])[])('%j', async (args, expected) => {
    const { orders, result, plan } = await attempt(args);
    expect(orders).toEqual(expected.map((order) => `${begin()}${order}`));
    expect(plan.failed ?? result?.failed).toBeUndefined();
    expect(result?.changed).toBe(true);
  });

  it('puts the options of the project in front', async () => {
    const { orders } = await attempt({
      project_name: 'p',
      files: ['docker-compose.yml'],
      env_files: ["it's.env"],
      profiles: ['a b'],
    });
    expect(orders[0]).toContain(
      `[--file][docker-compose.yml][--env-file][it's.env][--project-name=p][--profile=a b]${up}`,
    );
    expect((await attempt({}, '2.18.1')).orders[0]).toBe(`[--ansi][never][--project-directory][${folder}]${up}[--]`);
  });

  it('says what would be done and what was', async () => {
    const { plan, result } = await attempt({ pull: 'always' });
    expect(plan.differences).toEqual([
      { subject: 'container p-db-1', aspect: 'compose', before: null, after: 'Starting' },
      { subject: 'container p-web-1', aspect: 'compose', before: null, after: 'Creating' },
      expect.objectContaining({ aspect: 'pull', reads: true }),
    ]);
    expect(result?.result).toEqual({
      actions: [
        { what: 'container', id: 'p-web-1', status: 'Creating' },
        { what: 'container', id: 'p-db-1', status: 'Starting' },
        { what: 'service', id: 'web', status: 'Pulling' },
      ],
      containers: [
        {
          Name: 'p-web-1',
          Service: 'web',
          State: 'running',
          Labels: { a: 'b=c', d: '' },
          Names: ['p-web-1'],
          Networks: ['p_n'],
          Publishers: [],
        },
      ],
      images: [{ ID: 'sha256:1', ContainerName: 'p-web-1' }],
    });
  });

  it('writes a definition for as long as it takes', async () => {
    const definition = { services: { web: { image: 'it\'s "x" $(id) `id` \\' } } };
    const { result, kept, orders } = await attempt({ definition, project_name: 'p' });
    expect(result?.changed).toBe(true);
    expect(JSON.parse(readFileSync(`${kept.env.KEPT}.file`, 'utf8'))).toEqual(definition);
    const made = /\[--project-directory\]\[([^\]]*)\]/.exec(orders[0] ?? '')?.[1] ?? '/';
    expect(existsSync(made)).toBe(false);
  });

  it('has nothing to do where Compose has nothing to do', async () => {
    place = programs({ docker: docker('2.26.1') });
    writeFileSync(`${place.env.KEPT}.up`, '');
    const tried = await tryModule(dockerComposeV2, { project_src: folder }, { shell, env: place.env });
    expect(tried.plan.differences).toEqual([]);
    expect(tried.result).toBeUndefined();
    expect(place.orders()).toEqual([]);
  });

  it('fails in a plan where Compose would fail', async () => {
    place = programs({ docker: docker('2.26.1') });
    writeFileSync(`${place.env.KEPT}.fails`, '');
    const tried = await tryModule(dockerComposeV2, { project_src: folder }, { shell, env: place.env });
    expect(tried.plan.failed).toBe('docker_compose_v2: Error response from daemon: no such image');
  });

  it.each([
    [{ project_src: '/nowhere' }, '2.26.1', 'project_src “/nowhere” is no folder of the host.'],
    [{ files: ['no.yml'] }, '2.26.1', 'the file “no.yml” is not in'],
    [{ project_src: '/' }, '2.26.1', 'has none of compose.yaml, compose.yml'],
    [{}, '2.17.3', 'the host has Compose 2.17.3; 2.18.0 or a newer one is needed.'],
    [{}, '1.29.2', 'the host has Compose 1.29.2'],
    [{ assume_yes: true }, '2.31.0', 'assume_yes needs Compose 2.32.0'],
  ] as readonly (readonly [JsonObject, string, string])[])(
    '%j with %s is a sentence',
    async (args, version, expected) => {
      const { plan, orders } = await attempt(args, version);
      expect(plan.failed).toContain(expected);
      expect(orders).toEqual([]);
    },
  );

  it('says when there is no plugin', async () => {
    place = programs({ docker: 'exit 1' });
    const tried = await tryModule(dockerComposeV2, { project_src: folder }, { shell, env: place.env });
    expect(tried.plan.failed).toContain("the host's docker has no plugin compose");
  });

  it.each([
    [{}],
    [{ project_src: '/x', definition: {}, project_name: 'p' }],
    [{ definition: {} }],
    [{ definition: {}, project_name: 'p', files: ['x'] }],
    [{ project_src: '/x', project_name: 'P x' }],
    [{ project_src: '/x', scale: { web: -1 } }],
    [{ project_src: '/x', scale: { web: 'many' } }],
    [{ project_src: '/x', timeout: -1 }],
    [{ project_src: '/x', services: [''] }],
    [{ project_src: '/x', pull: 'sometimes' }],
    [{ project_src: '/x', docker_host: 'x', cli_context: 'y' }],
    [{ project_src: '/x', docker_cli: '/usr/bin/docker' }],
  ] as readonly (readonly [JsonObject])[])('%j is refused before any host is asked', async (args) => {
    await expect(tryModule(dockerComposeV2, args)).rejects.toThrow('module.arguments');
  });
});
