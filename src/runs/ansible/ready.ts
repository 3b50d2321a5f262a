import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Fault, ok, type Refusal, type Result, refused } from '#core/errors.ts';
import { type Host, notHere } from '#core/hosts.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { PlayRequest } from '#core/plan.ts';
import type { SshTarget } from '#core/ssh.ts';
import { t } from '#core/text.ts';
import { type ForeignPlaybook, foreignPlaybook } from '#playbook/engine.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import { changedSince } from '../execute/drift-before.ts';
import { beyondRefusal } from '../execute/executor.ts';
import { usualLimits } from '../execute/limits.ts';
import type { ExecutorOptions } from '../execute/options.ts';
import type { Seal } from '../execute/seals.ts';
import { refusesLocal } from './callback.ts';
import { copyPlaybooks, takeMarks } from './copy.ts';
import { hopLines, inventoryFor, type Ways } from './inventory.ts';
import type { AnsibleOptions } from './options.ts';
import { eventsDescriptor } from './process.ts';
import { type AnsibleProgram, findAnsible, programPath } from './program.ts';
import { hideSealed } from './sealed.ts';
import { writeSettings } from './settings.ts';
import { givenBy, plainFor, refusedVariable } from './typed.ts';
import { openWorkspace, type Workspace, writeCallback, writeData, writeSsh } from './workspace.ts';

/** Everything for one request, ready to be played by Ansible; `close` takes it away. */
export interface Ready {
  readonly workspace: Workspace;
  readonly program: AnsibleProgram;
  readonly hosts: readonly Host[];
  readonly inventory: Inventory;
  /** What a plan is made from, by name, with what tells it from another. */
  readonly files: Readonly<Record<string, string>>;
  /** Hosts of which no key is known. */
  readonly noKeys: ReadonlySet<string>;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  close(): Promise<void>;
}

/** What it is made of. */
export interface Parts {
  readonly options: ExecutorOptions;
  readonly ansible: AnsibleOptions;
  readonly seal: Seal;
  /** True where nothing is played: then nothing needs to be answered. */
  readonly lists?: true;
}

const notNamed = (file: string): Refusal => ({
  code: 'ansible.not_named',
  say: t(
    `${file} is for Ansible’s own engine, which the bot may not start for it.`,
    `${file} est pour le moteur d’Ansible, que le bot ne peut pas lancer pour lui.`,
  ),
  next: t(
    `Whoever runs the bot names it: “ansible: { playbooks: [${file}] }” in the configuration. In a terminal, “bin/quarterdeck run” plays it.`,
    `Qui exploite le bot le nomme : « ansible: { playbooks: [${file}] } » dans la configuration. Dans un terminal, « bin/quarterdeck run » le joue.`,
  ),
});

/** Refused where Ansible may not have this playbook, or not with these variables. */
function mayPlay(
  playbook: ForeignPlaybook,
  request: PlayRequest,
  { options, ansible, lists }: Parts,
): Refusal | undefined {
  if (lists) return undefined;
  const isNamed = options.here === true || ansible.playbooks.includes(playbook.file);
  return isNamed ? refusedVariable(request, playbook) : notNamed(playbook.file);
}

/** Puts together what Ansible needs. `vars` of the request are open; `within`: the hosts that may be asked anything. */
export async function makeReady(
  request: PlayRequest,
  playbook: ForeignPlaybook,
  parts: Parts,
  within?: readonly string[],
): Promise<Result<Ready>> {
  const refusal = mayPlay(playbook, request, parts);
  if (refusal) return refused(refusal);
  const program = await findAnsible(parts.ansible.program);
  if (!program.ok) return program;
  const workspace = await openWorkspace();
  try {
    const made = await fill(workspace, program.value, request, playbook.file, parts, within);
    if (!made.ok) await workspace.remove();
    return made;
  } catch (thrown) {
    await workspace.remove();
    throw thrown;
  }
}

async function fill(
  workspace: Workspace,
  program: AnsibleProgram,
  request: PlayRequest,
  file: string,
  parts: Parts,
  within: readonly string[] | undefined,
): Promise<Result<Ready>> {
  const { options, ansible } = parts;
  const sums = await copyPlaybooks(options.playbooks, workspace.playbooks);
  if (options.vault) await hideSealed(workspace.playbooks, Object.keys(sums), options.vault);
  const copied = await foreignPlaybook(file, { root: workspace.playbooks, vault: options.vault });
  if (!copied.ok) return copied;
  if (copied.value === undefined) return refused(changedSince([file, file]));
  const refusal = mayPlay(copied.value, request, parts); // what is played is the copy
  if (refusal) return refused(refusal);
  await takeMarks(workspace.playbooks, copied.value);
  const inventory = await options.inventory();
  const found = hostsOf(copied.value, request, inventory, options.here === true);
  if (!found.ok) return found;
  const hosts = found.value;
  const beyond = hosts.map(({ name }) => name).filter((name) => within?.includes(name) === false);
  if (beyond.length > 0) return refused(beyondRefusal(beyond));
  const reached = inventory.hosts().filter(({ name }) => within?.includes(name) !== false);
  const ways = waysOf(reached, inventory, options);
  const { lines, noKeys } = await keysFor(ways, ansible);
  await writeSsh(workspace, {
    hostKeys: lines,
    hops: hopLines(ways, { ssh: workspace.ssh, quote: options.quote }),
    agent: ansible.agentSocket,
    quote: options.quote,
  });
  await writeCallback(workspace);
  const all = waysOf(inventory.hosts(), inventory, options);
  const data = inventoryFor(inventory, all, { ssh: workspace.ssh, quote: options.quote });
  const args = await argumentsFor(workspace, data, request, hosts, copied.value.file, parts);
  const config = await writeSettings(workspace.playbooks, copied.value.file, workspace.path('ansible.cfg'));
  return ok({
    workspace,
    program,
    hosts,
    inventory,
    noKeys,
    args,
    files: {
      ...sums,
      [inventoryName]: parts.seal(withoutFolder(data, workspace.folder)),
      [programName]: `${program.path} ${program.version}`,
    },
    env: environmentFor(workspace, config, parts),
    cwd: workspace.playbooks,
    close: () => workspace.remove(),
  });
}

/** How a plan calls what is no file of the playbooks folder. */
const inventoryName = '(inventory)';
const programName = '(ansible-playbook)';

/** The folder is another one each time. */
const withoutFolder = (value: Json, folder: string): Json => JSON.parse(JSON.stringify(value).replaceAll(folder, ''));

/** The hosts of all plays, as the request leaves them. */
function hostsOf(
  { plays, file }: ForeignPlaybook,
  request: PlayRequest,
  inventory: Inventory,
  here: boolean,
): Result<readonly Host[]> {
  const limit = request.limit === undefined ? undefined : inventory.match(request.limit);
  if (limit && !limit.ok) return limit;
  const names = limit && new Set(limit.value.map(({ name }) => name));
  const meant = new Map<string, Host>();
  for (const { hosts } of plays) {
    const found = inventory.match(hosts, { lenient: true });
    if (!found.ok && found.refusal.code !== 'inventory.no_match') return found;
    for (const host of found.ok ? found.value : []) if (names?.has(host.name) ?? true) meant.set(host.name, host);
  }
  const listed = inventory.hosts().filter(({ name }) => meant.has(name));
  const all = [...listed, ...[...meant.values()].filter((host) => !listed.includes(host))];
  if (all.length === 0) return refused(noHosts(file, request));
  const own = all.find(({ name }) => isHere(inventory, name));
  if (own && !here) return refused(notHere(own.name));
  const odd = all.find(({ name }) => !/^[\w][\w.-]*$/.test(name));
  return odd ? refused(oddName(odd.name)) : ok(all);
}

const isHere = (inventory: Inventory, host: string): boolean => {
  const connection = inventory.connection(host);
  return connection.ok && connection.value.local === true;
};

const noHosts = (file: string, { limit }: PlayRequest): Refusal => ({
  code: 'run.no_hosts',
  say:
    limit === undefined
      ? t(`No host of the inventory is meant by ${file}.`, `Aucun hôte de l’inventaire n’est visé par ${file}.`)
      : t(`No host of ${file} is among “${limit}”.`, `Aucun hôte de ${file} n’est parmi « ${limit} ».`),
  next: t('Name hosts this playbook is made for.', 'Nommez des hôtes pour lesquels ce playbook est fait.'),
});

const oddName = (host: string): Refusal => ({
  code: 'ansible.host_name',
  say: t(
    `The name of ${host} may mean other hosts to Ansible: it takes letters, digits and . _ - only.`,
    `Le nom de ${host} peut désigner d’autres hôtes pour Ansible : lettres, chiffres et . _ - seulement.`,
  ),
  next: t('Give the host another name in the inventory.', 'Donnez un autre nom à l’hôte dans l’inventaire.'),
});

/** How hosts are reached by our own connections; those that cannot be are left to Ansible, which knows no key of theirs. */
function waysOf(hosts: readonly Host[], inventory: Inventory, options: ExecutorOptions): Ways {
  const ways = new Map<string, SshTarget>();
  for (const host of hosts) {
    if (isHere(inventory, host.name)) continue;
    try {
      ways.set(host.name, options.target(host, inventory));
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
    }
  }
  return ways;
}

async function keysFor(ways: Ways, { hostKeys }: AnsibleOptions) {
  const lines = new Set<string>();
  const noKeys = new Set<string>();
  for (const [host, way] of ways) {
    for (const hop of way.via) for (const line of await hostKeys(hop)) lines.add(line);
    const own = await hostKeys(way);
    if (own.length === 0) noKeys.add(host);
    for (const line of own) lines.add(line);
  }
  return { lines: [...lines], noKeys };
}

async function argumentsFor(
  workspace: Workspace,
  inventory: JsonObject,
  request: PlayRequest,
  hosts: readonly Host[],
  file: string,
  { options, ansible }: Parts,
): Promise<readonly string[]> {
  const { answers, extra } = givenBy(request);
  await writeData(workspace, 'answers.json', answers);
  const vars: JsonObject = { ...(options.here ? extra : (plainFor(extra) as JsonObject)), ...strictVars(workspace) };
  const args = [
    `--inventory=${await writeData(workspace, 'inventory.json', inventory)}`,
    `--extra-vars=@${await writeData(workspace, 'vars.json', vars)}`,
    '--diff',
    `--forks=${options.limits?.hostsAtOnce ?? Math.min(usualLimits.hostsAtOnce, usualForks)}`,
  ];
  if (request.limit !== undefined)
    args.push(`--limit=@${await workspace.write('limit', hosts.map(({ name }) => `${name}\n`).join(''))}`);
  if (request.tags?.length) args.push(`--tags=${request.tags.join(',')}`);
  if (request.skipTags?.length) args.push(`--skip-tags=${request.skipTags.join(',')}`);
  if (request.startAt !== undefined) args.push(`--start-at-task=${request.startAt}`);
  if (options.become !== undefined) args.push('--become', `--become-user=${options.become}`);
  for (const [index, { id, password }] of ansible.secrets.entries())
    args.push(`--vault-id=${id}@${await workspace.write(`vault-${index}`, password)}`);
  return [...args, join(workspace.playbooks, file)];
}

const usualForks = 20;

/** In a folder of a longer path `ssh` can make no socket: then each task connects anew. */
const longestSockets = 70;

/** Above whatever a playbook says of it: host keys are checked, and `ssh` is ours. */
const strictVars = ({ ssh, path }: Workspace): JsonObject => ({
  ansible_ssh_executable: ssh,
  ansible_ssh_args: `-C -o ControlMaster=${path('c').length > longestSockets ? 'no' : 'auto -o ControlPersist=30s'}`,
  ansible_ssh_transfer_method: 'piped',
  ansible_host_key_checking: true,
  ansible_ssh_host_key_checking: true,
  ansible_paramiko_host_key_checking: true,
  ansible_control_path_dir: path('c'),
});

/** What of an environment is nobody's secret; in a terminal all but what would change Ansible itself. */
function basicEnvironment({ options }: Parts): NodeJS.ProcessEnv {
  const { HOME = '/', TZ, USER } = process.env;
  const own = options.here ? (options.environment ?? {}) : {};
  const kept = Object.entries(own).filter(([name]) => !/^(?:ANSIBLE_|PYTHON|QUARTERDECK_|LD_|SSH_ASKPASS)/.test(name));
  return { HOME, ...(TZ && { TZ }), ...(USER && { USER }), ...Object.fromEntries(kept) };
}

function environmentFor({ path, playbooks, stop, ready }: Workspace, config: string, parts: Parts): NodeJS.ProcessEnv {
  const basic = basicEnvironment(parts);
  const own = (kind: string): string => `${join(basic.HOME ?? '/', '.ansible', kind)}:/usr/share/ansible/${kind}`;
  const hasConfig = !relative(playbooks, config).startsWith('..');
  return {
    ...basic,
    PATH: `${path('bin')}:${programPath()}`,
    LC_ALL: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    ANSIBLE_CONFIG: config,
    ANSIBLE_STDOUT_CALLBACK: 'quarterdeck',
    ANSIBLE_CALLBACK_PLUGINS: path('plugins'),
    ANSIBLE_HOST_KEY_CHECKING: 'True',
    ANSIBLE_SSH_EXECUTABLE: path('bin/ssh'),
    ANSIBLE_SSH_CONTROL_PATH_DIR: path('c'),
    ANSIBLE_LOCAL_TEMP: path('tmp'),
    ANSIBLE_INVENTORY_ENABLED: 'yaml',
    ANSIBLE_INVENTORY_UNPARSED_FAILED: 'True',
    ANSIBLE_RETRY_FILES_ENABLED: 'False',
    ANSIBLE_DEPRECATION_WARNINGS: 'False',
    ANSIBLE_LOCALHOST_WARNING: 'False',
    ANSIBLE_NOCOLOR: 'True',
    ...(hasConfig ? {} : { ANSIBLE_PIPELINING: 'True' }),
    ...(hasConfig
      ? {}
      : {
          ANSIBLE_ROLES_PATH: `${join(playbooks, 'roles')}:${own('roles')}:/etc/ansible/roles`,
          ANSIBLE_COLLECTIONS_PATH: `${join(playbooks, 'collections')}:${own('collections')}`,
        }),
    QUARTERDECK_EVENTS: String(eventsDescriptor),
    QUARTERDECK_ANSWERS: path('answers.json'),
    QUARTERDECK_STOP: stop,
    QUARTERDECK_READY: ready,
    QUARTERDECK_HERE: parts.options.here ? '1' : '0',
    QUARTERDECK_REFUSES_LOCAL: refusesLocal,
  };
}

/** Has Ansible stop before its next task. */
export const stopSoon = ({ stop }: Workspace): Promise<void> => writeFile(stop, '');
