import { updateFunction } from '../apt/shell.ts';
import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { fetchFunction } from '../packages/fetch.ts';
import { failureOf } from '../state/fields.ts';
import { chmodMode, wantedMode } from '../state/mode.ts';
import { toolPath } from '../state/tools.ts';
import type { PersonalArchive, RepositoryArgs } from './arguments.ts';
import { changedFiles, type RepositoryState } from './plan.ts';

const putLines = (index: number, path: string, content: string, mode: number, quote: Quote): readonly string[] => {
  const keep = `p=${quote(path)}; if [ -e "$p" ]; then cp -p "$p" "$b/${index}" || exit 1; fi`;
  if (content === '') return [keep, 'rm -f "$p" || undo'];
  return [
    keep,
    'd=${p%/*}; mkdir -p "$d" || exit 1; t=$(mktemp "$d/.quarterdeck.XXXXXX") || undo',
    `if [ -e "$b/${index}" ]; then cp -p "$p" "$t"; else chmod ${chmodMode(mode)} "$t"; fi || undo`,
    `cat "$FILE${index}" >"$t" && mv -f "$t" "$p" || undo`,
  ];
};

/** Everything as it was: files that were there come back, new ones go. */
const undoFunction = (paths: readonly string[], quote: Quote): string => {
  const back = paths.map(
    (path, index) => `if [ -e "$b/${index}" ]; then cp -p "$b/${index}" ${quote(path)}; else rm -f ${quote(path)}; fi`,
  );
  return `undo() { [ -z "\${t-}" ] || rm -f "$t"; ${back.join('; ')}; exit 1; }`;
};

/** Launchpad knows the fingerprint of the key that signs an archive. */
const keyLines = (archive: PersonalArchive, verify: boolean, quote: Quote): readonly string[] => {
  const page = `https://launchpad.net/api/1.0/~${archive.owner}/+archive/${archive.name}`;
  return [
    fetchFunction,
    `fetch ${quote(page)} "$b/page" ${verify ? '' : 'insecure '}|| { echo "failed to fetch PPA information" >&2; exit 1; }`,
    `k=$(sed -n 's/.*"signing_key_fingerprint": *"\\([0-9A-Fa-f]*\\)".*/\\1/p' "$b/page"); [ -n "$k" ] || { echo "failed to fetch PPA information: no key is named" >&2; exit 1; }`,
    'if command -v apt-key >/dev/null 2>&1; then',
    '  if [ -n "$(apt-key export "$k" 2>&1 >/dev/null)" ]; then apt-key adv --recv-keys --no-tty --keyserver hkp://keyserver.ubuntu.com:80 "$k" >/dev/null || exit 1; fi',
    'else',
    `  f=/etc/apt/trusted.gpg.d/${archive.owner}-${archive.name}.gpg`,
    '  if [ ! -e "$f" ]; then gpg --homedir "$b" --batch --no-tty --keyserver hkp://keyserver.ubuntu.com:80 --recv-keys "$k" && gpg --homedir "$b" --export "$k" >"$b/key" && cp "$b/key" "$f" && chmod 0644 "$f" || exit 1; fi',
    'fi',
  ];
};

/** Writes the files, then fetches the lists; when these cannot be had the files are put back. */
export const applyRepository = (
  args: RepositoryArgs,
  state: RepositoryState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const files = [...changedFiles(args, state)];
  const mode = wantedMode(args.mode, { mode: 0o644, directory: false, umask: 0o022 });
  const update = { update: { validSeconds: 0, retries: args.retries, maxDelaySeconds: args.maxDelaySeconds } };
  const lines = [
    toolPath,
    `b=$(mktemp -d) || exit 1; trap 'rm -rf "$b"' EXIT; trap 'exit 1' HUP INT TERM`,
    ...(args.archive !== undefined && args.present ? keyLines(args.archive, args.verify, quote) : []),
    undoFunction(
      files.map(([path]) => path),
      quote,
    ),
    ...files.flatMap(([path, content], index) => putLines(index, path, content, mode, quote)),
    't=',
    ...(args.updates ? [updateFunction({ lockSeconds: 60, ...update }), `update ${args.retries} || undo`] : []),
  ];
  const contents = files.map(([, content], index) => ({ name: `FILE${index}`, content: Buffer.from(content) }));
  return { script: lines.join('\n'), contents };
};

/** The return values after the files were written. */
export const finishRepository = (plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code === 0) return { result: plan.result, changed: true };
  const msg = failureOf(applied);
  return { result: { ...plan.result, msg }, changed: false, failed: msg };
};
