import { randomBytes } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { Fault, ok, type Refusal, type Result, refused } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import type { Plan } from '#core/plan.ts';
import { t } from '#core/text.ts';
import { type Inventory, withOrder } from '#playbook/inventory/inventory.ts';
import { readLibrary, withLibrary } from '#playbook/modules/library.ts';
import { folderIsThere } from '#playbook/parse.ts';
import {
  isUnknown,
  type Lookup,
  layeredScope,
  pureLookups,
  type TemplateEnv,
  type Unknown,
} from '#playbook/templates/index.ts';
import type { ApplyJob, ExecutionJob, PlanJob } from '../executor.ts';
import { createWalk, type Going, type Preparing } from './create-walk.ts';
import { driftOfLibrary } from './drift-before.ts';
import { fetchedFiles } from './fetched.ts';
import { createLanguage } from './language.ts';
import { type Loaded, load } from './load.ts';
import { closedLookups } from './lookups/closed.ts';
import { commandLookups } from './lookups/commands.ts';
import { fileLookups } from './lookups/index.ts';
import { nearFiles } from './lookups/near.ts';
import { passwordLookup } from './lookups/passwords.ts';
import { urlLookup } from './lookups/urls.ts';
import { type ReadableFiles, readableFiles } from './readable.ts';
import { unaskedText } from './typed/free-text.ts';
import { nameTaken } from './typed/names.ts';
import { guardSources } from './typed/sources.ts';
import { type MadeFrom, madeFrom } from './uses/files.ts';
import { type Places, placesOf } from './uses/places.ts';
import { usesOf } from './uses/uses.ts';
import type { Walk } from './walk.ts';

/** A job read and ready to be gone over. */
export interface Prepared {
  readonly loaded: Loaded;
  readonly files: ReadableFiles;
  readonly places: Places;
  /** What a plan is made from, of the controller. */
  readonly made: MadeFrom;
  /** The refusal when what the run may use is not what it was when it was planned. */
  moved(): Refusal | undefined;
  walk(how: Going): Walk;
}

/** Reads playbook and inventory and puts together what its tasks share. */
export async function prepare(
  job: ExecutionJob & Pick<ApplyJob, 'plan'> & Pick<PlanJob, 'within'>,
  parts: Preparing,
): Promise<Result<Prepared>> {
  const { options } = parts;
  const folder = await folderIsThere(options.playbooks);
  if (!folder.ok) return folder;
  const library = await readLibrary(options.playbooks);
  const drifted = driftOfLibrary(job.plan, library.sums);
  if (drifted) return refused(drifted);
  const known = await withLibrary(parts.registry, library);
  if (!known.ok) return known;
  const registry = known.value;
  const inventory = inPlannedOrder(await options.inventory(), job.plan);
  const sums: Record<string, string> = { ...library.sums };
  const places = placesOf(options.playbooks, options.readable ?? []);
  const made = madeFrom();
  const uses = usesOf(job.plan, { places, inventory, seal: parts.seal, made: made.watch });
  const walking: { mode?: Going['mode'] } = {};
  const fetched = fetchedFiles({
    root: options.playbooks,
    playbook: job.request.playbook,
    planning: () => walking.mode === 'plan',
    own: uses.own,
  });
  const guard = guardSources(job.request);
  const lookups = {
    ...pureLookups,
    ...fileLookups(
      nearFiles(options.playbooks, {
        sums,
        fetched,
        vault: options.vault,
        readable: options.readable,
        watch: uses.files,
        guard,
      }),
      () => env,
    ),
    ...(options.here ? { ...commandLookups(resolve(options.playbooks)), url: urlLookup } : closedLookups),
    password: passwordLookup({
      folder: resolve(options.playbooks, dirname(job.request.playbook)),
      here: options.here === true,
      planning: () => walking.mode !== 'apply',
    }),
    env: environment(options.environment ?? {}),
  };
  const env: TemplateEnv = { lookups };
  const omission = { mark: `__omit_place_holder__${randomBytes(20).toString('hex')}` };
  const language = createLanguage(env, omission);
  const variables = (vars: ExecutionJob['request']['vars']) => layeredScope([vars], env);
  const loaded = await load(job.request, {
    root: options.playbooks,
    known: registry,
    inventory,
    watch: uses.files,
    vault: options.vault,
    given: options.given,
    here: options.here === true,
    within: job.within ?? job.plan?.hosts,
    render: (written, vars) => settled(language.value(written, variables(vars))),
  });
  if (!loaded.ok) return loaded;
  const refusal = nameTaken(job.request, loaded.value) ?? unaskedText(job.request, loaded.value);
  if (refusal) return refused(refusal);
  const others = options.readable ?? [];
  const files = readableFiles({
    root: options.playbooks,
    others,
    vault: options.vault,
    sums,
    fetched,
    watch: uses.files,
    guard,
  });
  return ok({
    loaded: loaded.value,
    files,
    places,
    made,
    moved: uses.before,
    walk(how) {
      walking.mode = how.mode;
      return createWalk(job, loaded.value, { ...parts, registry, files, fetched, env, omission, language, uses, how });
    },
  });
}

/** What goes host by host goes as it was planned, whatever order a program prints them in; delegated hosts come last in a plan. */
const inPlannedOrder = (inventory: Inventory, plan: Plan | undefined): Inventory =>
  plan === undefined
    ? inventory
    : withOrder(inventory, plan.mayUse?.order ?? plan.hosts.filter((host) => !plan.delegated?.includes(host)));

/** Only what the bot's owner lets through: its environment holds its secrets. */
const environment =
  (allowed: Readonly<Record<string, string>>): Lookup =>
  ({ terms, at }) =>
    terms.map((term) => {
      const name = String(term);
      if (Object.hasOwn(allowed, name)) return allowed[name] ?? '';
      throw new Fault({
        code: 'template.environment',
        say: t(
          `${at.file}:${at.line}:${at.column}: the environment variable ${name} is not open to playbooks.`,
          `${at.file}:${at.line}:${at.column} : la variable d’environnement ${name} n’est pas ouverte aux playbooks.`,
        ),
        next: t('Give it as a variable of the inventory.', 'Donnez-la comme variable de l’inventaire.'),
      });
    });

/** What depends on a run has no place in a play's name or hosts. */
function settled(value: Json | Unknown): Json {
  if (isUnknown(value)) throw new TypeError('a value unknown before anything was planned');
  return value;
}
