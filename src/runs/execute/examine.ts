import { Fault } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { JsonObject } from '#core/json.ts';
import type { Quote } from '#core/ssh.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import type { Controller, Module, ModulePlan } from '#playbook/modules/module.ts';
import type { Question } from './ahead.ts';
import type { ExecutionLimits } from './limits.ts';
import type { Remote } from './remote.ts';

/** A module about to work on a host. */
export interface Invocation {
  readonly module: Module;
  /** Rendered, not yet checked. */
  readonly args: JsonObject;
  readonly controller: Controller;
  readonly remote: Remote;
  /** The task's environment, and the lines that set it. */
  readonly sets: Readonly<Record<string, string>>;
  readonly environment: string;
  /** The same without the task's environment: what other tasks on that host share. */
  readonly line: Remote;
  /** The host it works on: the task's own, or its delegate. */
  readonly host: Host;
  /** Another user to be; undefined for the login user. */
  readonly user: string | undefined;
  /** The user the connection is opened as. */
  readonly login: string;
  readonly quote: Quote;
  readonly limits: ExecutionLimits;
  /** Kills what runs. */
  readonly signal: AbortSignal;
}

/** What a module found on a host, and what it would do. */
export interface Examined {
  readonly args: unknown;
  /** The checked arguments, before the module prepared them. */
  readonly checked: JsonObject;
  readonly state: unknown;
  readonly plan: ModulePlan;
}

const nothing = { code: 0, stdout: '', stderr: '' };

/** What comes after, to be asked along; nothing. */
const alone = async (): Promise<readonly Question[]> => [];

/** Checks the arguments, asks the host what is there and plans. Changes nothing. */
export async function examine(
  invocation: Invocation,
  following: (most: number) => Promise<readonly Question[]> = alone,
): Promise<Examined> {
  const { module, controller, remote, quote, limits, signal } = invocation;
  const checked = checkArguments(module, invocation.args);
  if (!checked.ok) throw new Fault(checked.refusal);
  const args = await module.prepare(checked.value, controller);
  const probe = module.local ? undefined : module.probe(args, quote);
  const found =
    probe === undefined
      ? nothing
      : await remote.probe(
          probe,
          { signal, timeoutMs: limits.probeMs, maxOutputBytes: limits.probeBytes, user: invocation.user },
          following,
        );
  const said = module.read(found, args);
  const state = module.meet ? await module.meet(args, said, controller) : said;
  return { args, checked: checked.value, state, plan: module.plan(args, state) };
}

/** The paths a task is about: what an earlier step of the same plan may change under it. */
export const pathsOf = (module: Module, checked: JsonObject): readonly string[] =>
  Object.entries(module.args).flatMap(([name, arg]) => {
    const value = checked[name];
    return arg.type === 'path' && typeof value === 'string' ? [value] : [];
  });

/** What a task names that is no path: a user, a unit, a package; alone, and with the module's name before it. */
export const namedBy = (module: Module, { name }: JsonObject): readonly string[] =>
  (Array.isArray(name) ? name : [name]).flatMap((one) =>
    typeof one === 'string' && one !== '' ? [one, `${module.name} ${one}`] : [],
  );
