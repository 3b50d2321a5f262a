import type { Command } from './commands.ts';
import type { Marked } from './marked.ts';
import { reckonedIn } from './reckoned.ts';
import { isAssignment } from './values.ts';

/** Programs that begin another: the options of theirs that take a word, and how many words come before the other. */
const wrappers: Readonly<Record<string, readonly [options: string, words: number]>> = {
  env: ['uC', 0],
  sudo: ['CDgghpRrTtUu', 0],
  doas: ['Cu', 0],
  nohup: ['', 0],
  setsid: ['', 0],
  timeout: ['ks', 1],
  nice: ['n', 0],
  ionice: ['cnpPu', 0],
  stdbuf: ['ioe', 0],
  time: ['fo', 0],
  exec: ['a', 0],
  command: ['', 0],
  builtin: ['', 0],
  busybox: ['', 0],
  chroot: ['', 1],
  flock: ['wE', 1],
  taskset: ['', 1],
  chrt: ['', 1],
  xargs: ['IEdLnPsa', 0],
  strace: ['eopsu', 0],
  runuser: ['ugGs', 0],
  fakeroot: ['', 0],
  sshpass: ['dfPp', 0],
};

/** Words of a shell before a command. */
const reserved = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', 'time']);

const shells = /^(?:sh|ash|bash|dash|ksh|ksh93|mksh|zsh|fish|csh|tcsh|rbash|pwsh)$/;

/** Programs that are given a program after one of these options. */
const evaluators: readonly (readonly [RegExp, RegExp])[] = [
  [shells, /^-[A-Za-z]*c$|^--command$/],
  [/^python[\d.]*$|^pypy[\d.]*$/, /^-[A-Za-z]*c/],
  [/^perl[\d.]*$|^ruby[\d.]*$/, /^-[A-Za-z]*[eE]/],
  [/^node(?:js)?$|^bun$|^deno$/, /^-[A-Za-z]*[ep]$|^--(?:eval|print)/],
  [/^php[\d.]*$/, /^-[A-Za-z]*[rBRE]$|^--(?:run|process-)/],
  [/^lua[\d.]*$|^Rscript$|^osascript$|^expect$|^guile$/, /^-[A-Za-z]*[ec]/],
  [/^psql$/, /^-[A-Za-z]*c|^--command/],
  [/^mysql$|^mariadb$/, /^-[A-Za-z]*e|^--execute/],
  [/^mongo(?:sh)?$/, /^--eval/],
  [/^su$|^runuser$|^script$|^flock$/, /^-[A-Za-z]*c$|^--(?:session-)?command/],
  [/^env$/, /^-[A-Za-z]*S|^--split-string/],
  [/^clickhouse(?:-client|-local)?$/, /^-[A-Za-z]*q|^--query/],
  [
    /^(?:bsd|g)?tar$/,
    /^-[A-Za-z]*[IF]$|^--(?:use-compress-program|to-command|checkpoint-action|(?:info|new-volume)-script|rsh-command|rmt-command)/,
  ],
  [/^git$/, /^-c$|^--(?:config|exec|upload-pack|receive-pack)/],
  [/^rsync$/, /^-[A-Za-z]*e|^--rs(?:h|ync-path)/],
];

/** Programs that read a program from their input when they are given none. */
const listeners =
  /^(?:sh|ash|bash|dash|ksh|ksh93|mksh|zsh|fish|csh|tcsh|python[\d.]*|perl[\d.]*|ruby[\d.]*|node|php[\d.]*|lua[\d.]*|psql|mysql|mariadb|sqlite3|at|batch|crontab|ssh)$/;

/** Programs of which every word is, or may become, part of a program. */
const readers = /^(?:eval|trap|ssh|watch|parallel|pssh|mosh|[gn]?make|tmux)$/;

/** Programs that begin another in a place of its own, behind one of the words. */
const carriers = /^(?:docker|docker-compose|podman|nerdctl|kubectl|oc|lxc|incus|crictl)$/;
const carrying = /^(?:exec|run|--)$/;
/** The same, behind options of theirs. */
const entering = /^(?:nsenter|unshare|systemd-run|systemd-nspawn|machinectl|lxc-attach|ip)$/;

type Words<Mark> = readonly Marked<Mark>[];

const nameOf = (word: { readonly text: string } | undefined): string => word?.text.replace(/^.*\//, '') ?? '';

/** A program that a command runs: itself, or one it begins. */
export interface Program<Mark> {
  readonly name: string;
  /** Which word it is. */
  readonly at: number;
  /** The words that it, or what it begins, reads as a program. */
  readonly texts: Words<Mark>;
  /** True when it reads a program from its input. */
  readonly listens: boolean;
}

/** The word with which the program behind all wrappers begins. */
export function programAt({ words }: Command<unknown>): number {
  let at = 0;
  for (;;) {
    while (at < words.length && (isAssignment(words[at]) || reserved.has(words[at]?.text ?? ''))) at += 1;
    const wrapper = wrappers[nameOf(words[at])];
    const after = wrapper && behind(words, at, wrapper);
    if (after === undefined || after >= words.length) return at;
    at = after;
  }
}

function behind(words: Words<unknown>, from: number, [options, positional]: readonly [string, number]): number {
  let at = from + 1;
  while (words[at]?.text.startsWith('-') || isAssignment(words[at])) {
    const text = words[at]?.text ?? '';
    at += 1;
    if (text === '--') break;
    if (/^-[A-Za-z]$/.test(text) && options.includes(text.slice(1))) at += 1;
  }
  return at + positional;
}

/** The programs of a command that take another for what they are given: shells, interpreters, editors of streams. */
export function programsOf<Mark>(command: Command<Mark>): readonly Program<Mark>[] {
  const { words } = command;
  const first = programAt(command);
  return words.flatMap((word, at) => {
    const name = nameOf(word);
    const begins =
      at <= first || isCarried(words, first, at) || /^-(?:exec|execdir|ok|okdir)$/.test(words[at - 1]?.text ?? '');
    const rest = words.slice(at + 1);
    const texts = [...textsOf(name, rest, begins), ...(at <= first ? reckonedIn(name, word, rest) : [])];
    const listens = fills(words.slice(0, at), texts) || (begins && isListening(rest, name, texts));
    return texts.length > 0 || listens ? [{ name, at, texts, listens }] : [];
  });
}

/** The words that begin a program: that of the command, and what it begins elsewhere. */
export function startsOf(command: Command<unknown>): readonly number[] {
  const { words } = command;
  const first = programAt(command);
  const anywhere = elsewhere.test(nameOf(words[first]));
  return words.flatMap((_, at) => {
    const begins = /^-(?:exec|execdir|ok|okdir)$/.test(words[at - 1]?.text ?? '');
    return at === first || begins || (at > first && anywhere) || isCarried(words, first, at) ? [at] : [];
  });
}

/** These begin a program behind options and a place. */
const elsewhere = /^(?:ssh|pssh|mosh|parallel)$/;

/** True for a word that may begin a program in a container or the like. */
function isCarried(words: Words<unknown>, first: number, at: number): boolean {
  const name = nameOf(words[first]);
  if (at <= first) return false;
  return entering.test(name) || (carriers.test(name) && words.slice(first, at).some(({ text }) => carrying.test(text)));
}

function textsOf<Mark>(name: string, rest: Words<Mark>, begins: boolean): Words<Mark> {
  if (begins && readers.test(name)) return rest;
  // A place on another host is read by a shell there.
  if (begins && /^(?:scp|rsync)$/.test(name))
    return [...rest.filter(({ text }) => /^[^/]*:/.test(text)), ...(name === 'rsync' ? given(name, rest) : [])];
  if (begins && (name === 'sed' || name === 'gsed'))
    return scriptOf(rest, /^-[A-Za-z]*e|^--expression/, /^-[A-Za-z]*f|^--file/);
  if (begins && /^[gmn]?awk$/.test(name))
    return scriptOf(rest, /^-e|^--source/, /^-[fi]|^--(?:file|include)/, /^-[vF]$|^--(?:assign|field-separator)$/);
  if (begins && name === 'sqlite3') return rest.filter(({ text }) => !text.startsWith('-')).slice(1);
  return given(name, rest);
}

/** What options give to read. */
function given<Mark>(name: string, rest: Words<Mark>): Words<Mark> {
  for (const [program, option] of evaluators) {
    if (!program.test(name)) continue;
    const own = anywhere.test(name) ? rest.length : ownOptions(rest);
    const texts = rest.flatMap((word, index) => (index < own && option.test(word.text) ? evaluated(rest, index) : []));
    // Who wrote a commit is no program.
    return name === 'git' ? texts.filter(({ text, marks }) => !(text.startsWith('user.') && !marks[0])) : texts;
  }
  return [];
}

/** These take their options behind other words too. */
const anywhere =
  /^(?:psql|mysql|mariadb|mongo(?:sh)?|su|runuser|script|flock|clickhouse(?:-client|-local)?|(?:bsd|g)?tar|git|rsync)$/;
const taking = /^(?:[-+][A-Za-z]*[oO]|[-+][WXIdr]|--(?:rcfile|init-file|require|import))$/;

/** How many of the words are an interpreter's own: what is behind its file is for that. */
function ownOptions(rest: Words<unknown>): number {
  const end = rest.findIndex(({ text }, at) => !/^[-+]./.test(text) && !taking.test(rest[at - 1]?.text ?? ''));
  return end < 0 ? rest.length : end;
}

/** The option may have the program in it, or behind it, with options between. */
function evaluated<Mark>(rest: Words<Mark>, index: number): Words<Mark> {
  const after = rest.slice(index + 1);
  const next = after.findIndex(
    ({ text }, at) => !(/^[-+].?$/.test(text) || taking.test(text) || taking.test(after[at - 1]?.text ?? '')),
  );
  return [...rest.slice(index, index + 1), ...after.slice(0, next < 0 ? after.length : next + 1)];
}

/** What options give, else the first word. */
function scriptOf<Mark>(rest: Words<Mark>, given: RegExp, file: RegExp, taking?: RegExp): Words<Mark> {
  const options = rest.flatMap(({ text }, index) => (given.test(text) ? rest.slice(index, index + 2) : []));
  if (options.length > 0 || rest.some(({ text }) => file.test(text))) return options;
  const first = rest.findIndex(({ text }, index) => !/^-./.test(text) && !taking?.test(rest[index - 1]?.text ?? ''));
  return first < 0 ? [] : rest.slice(first, first + 1);
}

/** True for what reads a program from its input, or begins what does. */
function isListening(rest: Words<unknown>, name: string, texts: Words<unknown>): boolean {
  if (listeners.test(name) && isAlone(rest, name, texts)) return true;
  const begun = shells.test(name) || /^(?:su|runuser|ssh)$/.test(name) ? texts : [];
  return begun.some(({ text }) => text.split(/[\s;&|()]+/).some((word) => listeners.test(nameOf({ text: word }))));
}

/** True where no program is named that it would read instead. */
function isAlone(rest: Words<unknown>, name: string, texts: Words<unknown>): boolean {
  const plain = rest.filter(({ text }) => !/^[-+]/.test(text));
  if (name === 'ssh') return plain.length < 2 || plain.some((word) => shells.test(nameOf(word)));
  if (texts.length > 0) return false;
  return (
    /^(?:psql|mysql|mariadb|sqlite3|at|batch|crontab)$/.test(name) ||
    plain.length === 0 ||
    (shells.test(name) && rest.some(({ text }) => /^-[A-Za-z]*s$/.test(text)))
  );
}

/** `xargs` puts what it reads into the program's text. */
const fills = (before: Words<unknown>, texts: Words<unknown>): boolean =>
  texts.length > 0 && before.some((word) => /^(?:xargs|parallel)$/.test(nameOf(word)));
