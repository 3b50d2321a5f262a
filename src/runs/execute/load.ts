import { ok, type Refusal, type Result, refused } from '#core/errors.ts';
import { type Host, notHere } from '#core/hosts.ts';
import type { Json } from '#core/json.ts';
import type { PlayRequest } from '#core/plan.ts';
import { t } from '#core/text.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import type { ModuleRegistry } from '#playbook/modules/registry.ts';
import { createPartFiles, type Given, type PartFiles, parsePlaybook } from '#playbook/parse.ts';
import { type Play, type Playbook, type Task, tasksOf, type Written } from '#playbook/tree.ts';
import type { Vault } from '#playbook/vault.ts';
import type { FileWatch } from '#playbook/watch.ts';
import { printable } from '../text.ts';
import { varsFor } from './typed/free-text.ts';

/** A play and the hosts the request leaves it, in inventory order. */
export interface PlayOver {
  readonly play: Play;
  readonly name: string;
  /** Its `hosts`, rendered. */
  readonly pattern: string;
  readonly hosts: readonly Host[];
  /** True when only groups made by an earlier play can give it hosts. */
  readonly regrouped: boolean;
}

/** A request, read and resolved: what to go over. */
export interface Loaded {
  readonly playbook: Playbook;
  /** The files the playbook is made of; includes read more of them. */
  readonly parts: PartFiles;
  readonly inventory: Inventory;
  readonly plays: readonly PlayOver[];
  /** All hosts of all plays, in inventory order. */
  readonly hosts: readonly Host[];
  /** True for a host that the request leaves to its plays. */
  isLeft(host: string): boolean;
}

export interface Sources {
  /** The playbooks folder. */
  readonly root: string;
  readonly known: ModuleRegistry;
  readonly inventory: Inventory;
  readonly watch: FileWatch;
  readonly vault?: Vault | undefined;
  /** Playbooks that are in no file. */
  readonly given?: Given | undefined;
  /** True where the machine that plays may be worked on. */
  readonly here: boolean;
  /** The hosts that may be named to who asks; any when undefined. */
  readonly within?: readonly string[] | undefined;
  /** Renders a play's name or hosts, over the request's variables. Throws a Fault. */
  render(written: Written, vars: PlayRequest['vars']): Json;
}

const isHere = (inventory: Inventory, host: string): boolean => {
  const connection = inventory.connection(host);
  return connection.ok && connection.value.local === true;
};

/** Reads the playbook and finds its hosts; refused when it is wrong or when no host is left. */
export async function load(request: PlayRequest, sources: Sources): Promise<Result<Loaded>> {
  const parts = createPartFiles(sources.root, sources.vault, sources.given, sources.watch);
  const parsed = await parsePlaybook(request.playbook, { root: sources.root, known: sources.known, files: parts });
  if (!parsed.ok) return parsed;
  const limit = request.limit === undefined ? undefined : sources.inventory.match(request.limit);
  if (limit && !limit.ok) return limit;
  const names = limit && new Set(limit.value.map((host) => host.name));
  const isLeft = (host: string): boolean => names?.has(host) ?? true;
  const plays: PlayOver[] = [];
  for (const play of parsed.value.plays) {
    const pattern = patternOf(play, request, sources);
    const hosts = sources.inventory.match(pattern, { lenient: true });
    const regrouped = !hosts.ok && hosts.refusal.code === 'inventory.no_match' && mayRegroup(plays);
    if (!hosts.ok && !regrouped) return hosts;
    const name = String(sources.render(play.name, varsFor(request, play)));
    const left = hosts.ok ? hosts.value.filter((host) => isLeft(host.name)) : [];
    plays.push({ play, name, pattern, hosts: left, regrouped });
  }
  const chosen = new Map(plays.flatMap((one) => one.hosts.map((host) => [host.name, host] as const)));
  if (chosen.size === 0) return refused(noHosts(request, madeFor(plays, sources)));
  const own = [...chosen.keys()].find((name) => isHere(sources.inventory, name));
  if (own !== undefined && !sources.here) return refused(notHere(own));
  const listed = sources.inventory.hosts().filter((host) => chosen.has(host.name));
  // The machine that plays is in no inventory unless somebody lists it.
  const hosts = [...listed, ...[...chosen.values()].filter((host) => !listed.includes(host))];
  return ok({ playbook: parsed.value, parts, inventory: sources.inventory, plays, hosts, isLeft });
}

function patternOf(play: Play, request: PlayRequest, sources: Sources): string {
  const rendered = sources.render(play.hosts, varsFor(request, play));
  return Array.isArray(rendered) ? rendered.map(String).join(',') : String(rendered);
}

/** True when a task of these plays makes groups, or an include may bring one that does. */
const mayRegroup = (plays: readonly PlayOver[]): boolean =>
  plays.some(({ play }) =>
    [...play.sections, play.handlers].some((section) =>
      [...tasksOf(section)].some(
        ({ module, include }) => module === 'add_host' || module === 'group_by' || include !== undefined,
      ),
    ),
  );

/** The hosts of these plays that may be named and worked on, whatever the request leaves of them. */
function madeFor(plays: readonly PlayOver[], { inventory, within, here }: Sources): readonly string[] {
  const meant = plays.map(({ pattern }) => inventory.match(pattern, { lenient: true }));
  const names = new Set(meant.flatMap((hosts) => (hosts.ok ? hosts.value.map(({ name }) => name) : [])));
  const listed = inventory.hosts().flatMap(({ name }) => (names.has(name) ? [name] : []));
  return listed.filter((name) => within?.includes(name) !== false && (here || !isHere(inventory, name)));
}

/** So many hosts are named. */
const named = 5;

/** The sentence, and the hosts behind it where there are any. */
const withHosts = (sentence: string, colon: string, hosts: readonly string[], more: string): string => {
  const rest = hosts.length > named ? ` ${more}` : '';
  return `${sentence}${hosts.length === 0 ? '' : `${colon}${hosts.slice(0, named).map(printable).join(', ')}${rest}`}.`;
};

const noHosts = (request: PlayRequest, hosts: readonly string[]): Refusal => ({
  code: 'run.no_hosts',
  say:
    request.limit === undefined
      ? t(
          `No host of the inventory is meant by ${request.playbook}.`,
          `Aucun hôte de l’inventaire n’est visé par ${request.playbook}.`,
        )
      : t(
          `No host of ${request.playbook} is among “${request.limit}”.`,
          `Aucun hôte de ${request.playbook} n’est parmi « ${request.limit} ».`,
        ),
  next: t(
    withHosts('Name hosts this playbook is made for', ': ', hosts, `and ${hosts.length - named} more`),
    withHosts(
      'Nommez des hôtes pour lesquels ce playbook est fait',
      ' : ',
      hosts,
      `et ${hosts.length - named} de plus`,
    ),
  ),
});

/** The refusal when a task notifies, by a template, what is not there; a plain name was checked when it was read. */
export function noHandler(topic: string, task: Task): Refusal {
  const { file, line, column } = task.at;
  return {
    code: 'playbook.no_handler',
    say: t(
      `${file}:${line}:${column}: there is no handler “${topic}” in this play.`,
      `${file}:${line}:${column} : il n’y a pas de handler « ${topic} » dans ce play.`,
    ),
    next: t('Correct `notify`, or add the handler.', 'Corrigez `notify`, ou ajoutez le handler.'),
  };
}
