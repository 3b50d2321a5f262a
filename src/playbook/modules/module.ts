import type { Json, JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { Text } from '#core/text.ts';
import type { Vars } from '../tree.ts';
import type { Reader } from '../words/open.ts';

/** The types an argument may have; values are checked and converted after templates are rendered. `mode` accepts `"0644"`, octal numbers and symbolic modes. */
export type ModuleArgType = 'str' | 'path' | 'bool' | 'int' | 'float' | 'list' | 'dict' | 'mode' | 'raw';

export interface ModuleArg {
  readonly type: ModuleArgType;
  readonly required?: boolean;
  readonly default?: Json;
  readonly choices?: readonly string[];
  readonly aliases?: readonly string[];
  /** Why a value of the right type is not carried out, told when the playbook is read. */
  readonly refuse?: (value: Json) => Text | undefined;
}

/** A file or folder below a folder that is copied as a whole. `path` is relative, with slashes. */
export interface FolderEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly mode: number;
  readonly content: Buffer;
}

/** The checksums of a file of the controller. */
export interface TreeSums {
  readonly sha1: string;
  readonly sha256: string;
}

/** Something of the controller that is to be the same on a host. `path` is relative to what was asked for, empty for that itself. */
export interface TreeEntry {
  readonly path: string;
  /** `other` for what is neither: a socket, a device. */
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly modified: number;
  readonly size: number;
  readonly owner: Named;
  readonly group: Named;
  /** What a link says. */
  readonly target?: string;
  /** Of a file. */
  readonly sums?: TreeSums;
  /** Of a file: itself when it is small, else where it is. */
  readonly content?: ApplyContent['content'];
}

/** An account or a group, as the controller knows it: the name is empty when it has none. */
export interface Named {
  readonly id: number;
  readonly name: string;
}

/** Which entries of a tree are wanted, and how. */
export interface TreeWish {
  /** Links are what they lead to. */
  readonly follow: boolean;
  /** False for what is left out; a folder with all that is in it. */
  wants(path: string, kind: TreeEntry['kind']): boolean;
}

/** What a task does to the inventory of its run: a host, and where it belongs from now on. */
export interface Regroup {
  readonly host: string;
  readonly groups: readonly string[];
  /** The groups that these go below. */
  readonly parents: readonly string[];
  /** Values, no templates. */
  readonly variables: JsonObject;
}

/** The checksums of a file that was fetched; empty when not known. */
export interface FetchedSums {
  readonly sha1: string;
  readonly sha256: string;
  readonly md5: string;
}

/** The checksums of a file that is to come: `sha1:…` or `sha256:…`, and by itself the MD5 one; empty when not known. */
export interface ClaimedSums {
  readonly sum: string;
  readonly md5: string;
}

/** A place for a file of a host, and what is there. */
export interface FetchedPlace {
  readonly path: string;
  /** As people see it: from the playbooks folder. */
  readonly shown: string;
  readonly kind: 'absent' | 'file' | 'folder';
  readonly sums?: FetchedSums;
}

/** What a module may use on the controller while it prepares; it touches nothing else. */
export interface Controller {
  /** The host the task is about. */
  readonly host?: string;
  /** What a regrouping would change in the inventory of this run. Throws a Fault for one that may not be. */
  news?(regroup: Regroup): readonly FoundDifference[];
  /** Where files of the host are kept. */
  readonly fetched?: {
    /** The place that `dest` means. Throws a Fault for one outside the folder for fetched files. */
    place(dest: string): Promise<FetchedPlace>;
    /** This file is to be there: gives the name of a host with another one for the same place. */
    claim(path: string, sums: ClaimedSums): Promise<string | undefined>;
  };
  /** Reads a file named by `src`, looked up as Ansible does (beside the playbook, `files/`, `templates/`). Refused outside readable places with a Fault that names what was tried. */
  read(
    src: string,
    kind: 'files' | 'templates',
  ): Promise<{ readonly path: string; readonly content: Buffer; readonly mode?: number }>;
  /** What lies in a folder named by `src`, by path within it, in name order; undefined when `src` is no folder. */
  folder?(src: string): Promise<readonly FolderEntry[] | undefined>;
  /** What `src` names, and what lies below, in name order, vaults unopened. Refused like `read`. */
  tree?(src: string, wish: TreeWish): Promise<readonly TreeEntry[]>;
  /** The host that does the task in place of the one it is about, where it is delegated. */
  readonly delegate?: string;
  /** Renders a template file's text with the task's variables. */
  render(text: string, file: string): Promise<string>;
  /** Expressions for `assert`: true or false, with the task's variables. */
  test(expression: string): Promise<boolean>;
  /** The variables of a file, looked up as Ansible does (the role's `vars/`, beside the task's file). Throws a Fault. */
  variables?(file: string): Vars;
  /** The files of variables in a folder, in name order. */
  variableFiles?(folder: string): readonly string[];
  /** Any value rendered with the task's variables: `debug: var=x`. */
  evaluate(expression: string): Promise<Json>;
}

/** A difference as a module finds it. */
export interface FoundDifference extends Difference {
  /** What belongs to it but is nobody's to see: compared between plan and run by a keyed digest. */
  readonly sealed?: Json;
}

/** What the probe found would change. Empty `differences` means nothing to do. */
export interface ModulePlan {
  readonly differences: readonly FoundDifference[];
  /** Return values already known (`dest`, `stat`, `msg`…). */
  readonly result: JsonObject;
  /** The module fails here and now, changing nothing: the sentence. */
  readonly failed?: string;
  /** Ansible's `skipped` of command with `creates`. */
  readonly skipped?: boolean;
  /** The return values depend on really doing it (`command`): in a plan, tasks that use them are `unknown`. */
  readonly unknown?: boolean;
  /** Facts for the host (`set_fact`). */
  readonly facts?: JsonObject;
  /** Variables as somebody wrote them, for the tasks that follow (`include_vars`). */
  readonly variables?: Vars;
  /** A change of the run's inventory (`add_host`, `group_by`). */
  readonly regroup?: Regroup;
}

/** A content to be at hand while the script runs: the executor puts it in a private temporary file and gives its path in the shell variable `$NAME`. */
export interface ApplyContent {
  readonly name: string;
  readonly content: Buffer | { readonly path: string };
}

/** How the differences are made: one POSIX sh script. Values enter it quoted by `quote`, never otherwise. */
export interface Apply {
  readonly script: string;
  readonly contents?: readonly ApplyContent[];
  readonly stdin?: string;
  /** In place of the script: a file of the host to be put into a place for fetched files. `finish` gets its checksums as fields. */
  readonly brings?: { readonly path: string; readonly to: string };
  /** Exit codes that are no failure; by default 0 only. `any` for command and shell, whose result tells. */
  readonly exitCodes?: 'zero' | 'any';
}

/** What the script left behind. */
export interface Applied {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The outcome of an apply: the return values, and whether it failed. */
export interface ModuleResult {
  readonly result: JsonObject;
  readonly changed: boolean;
  readonly failed?: string;
}

/** How long a module tries again. */
export interface Waiting {
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
  /** Seconds before the first try, waited here and not on the host. */
  readonly afterSeconds?: number;
  /** A host that does not answer is one more «not yet» (`wait_for_connection`). */
  readonly unreachable?: boolean;
  /** The exit code of «not yet», where any other failure is the end (`reboot`). */
  readonly notYetCode?: number;
}

/** How the executor quotes a value for the host's shell. */
export type Quote = (value: string) => string;

/**
 * A module in three pieces. `A` are its prepared arguments, `S` the state its probe found.
 * Probe and apply are POSIX sh (dash, busybox ash, bash), LC_ALL=C, no external tool beyond what every POSIX host has unless the
 * probe looks for it. Probing changes nothing.
 */
export interface Module<A = unknown, S = unknown> {
  readonly name: string;
  readonly args: Readonly<Record<string, ModuleArg>>;
  /** True when any other name is an argument too (`set_fact`): its value stays as it is. */
  readonly anyArguments?: boolean;
  /** How a bare string is read: `cmd` for command and shell (the rest of the line), `kv` for `key=value` pairs only. */
  readonly freeForm?: 'cmd' | 'kv';
  /**
   * Arguments that something reads: a shell, a program's line split into words, cron or a database. Of what a person typed
   * only one plain word may come there.
   */
  readonly interpreted?: Readonly<Record<string, Reader | 'cron'>>;
  /** The argument that takes what a bare string says besides `key=value` pairs: `file` for `include_vars: a.yml`. */
  readonly rest?: string;
  /** Arguments that must stay as written, their expressions unrendered (`assert: that`, `debug: var`). */
  readonly expressions?: readonly string[];
  /** True when doing it twice is not the same as once (`command`, `shell`): the executor keeps a journal on the host for it. */
  readonly once?: boolean;
  /** With `once`: its script speaks to the module only, and what it prints is not for people (`mysql_query`). */
  readonly silent?: boolean;
  /** True when it runs on the controller only and needs no host (`debug`, `assert`, `set_fact`). */
  readonly local?: boolean;
  /**
   * True when its probe looks at the host's own files and tables only, and is over at once: it may be asked before the
   * task's turn, together with others.
   */
  readonly quick?: boolean;
  /** True when hosts take turns, in the inventory's order: the next one sees what one does (`group_by`). */
  readonly inTurn?: boolean;
  /** True when it is done once, for all hosts of the task together (`pause`). */
  readonly oneForAll?: boolean;
  /** Checked, converted arguments → what probe, plan and apply work on. May read files through the controller. Throws a Fault for arguments that do not go together. */
  prepare(args: JsonObject, controller: Controller): Promise<A> | A;
  /** A script that prints the present state; undefined when there is nothing to ask. */
  probe(args: A, quote: Quote): string | undefined;
  /** Reads what the probe printed. */
  read(output: Applied, args: A): S;
  /** Adds to the state what the controller has of its own, once the host has said what is there (`fetch`). */
  meet?(args: A, state: S, controller: Controller): Promise<S>;
  /** Pure: state and arguments → differences. */
  plan(args: A, state: S): ModulePlan;
  /**
   * What it looks at besides its paths and its `name`, by the subjects of differences: an earlier step of the same plan
   * may change that first (`cron`: whose crontab). One that ends with `*` stands for all that begin so: `/etc/apt/*`.
   */
  subjects?(args: A, state: S): readonly string[];
  /** Facts it may give the host: as unknown as its outcome, where a plan does not know that. */
  readonly tells?: readonly string[];
  /** Pure: how to make these differences; undefined when nothing is to be done on the host. */
  apply(args: A, state: S, plan: ModulePlan, quote: Quote): Apply | undefined;
  /** Pure: the return values after the script ran. */
  finish(args: A, state: S, plan: ModulePlan, applied: Applied): ModuleResult;
  /** True when a failed apply is to be retried by the module itself until a timeout (`wait_for`): seconds between, seconds in all. */
  waits?(args: A): Waiting;
}
