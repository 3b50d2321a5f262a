import type { Quote } from '../module.ts';
import { fetchFunction } from '../packages/fetch.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import { needFunction, sayFunction } from '../state/tools.ts';
import { type AptArgs, type AptJob, isGlob, type PackageSpec } from './arguments.ts';
import { aptBegin, aptWords, cacheFunctions, updateFunction } from './shell.ts';

/** `installed NAME` puts the installed version into `$i`, or nothing; `leftover NAME` tells whether its configuration files are left. */
const installedFunctions = `q=
ask() { q=$(dpkg-query -W -f '\${Package} \${Architecture} \${db:Status-Status} \${Version}\\n' "$@" 2>/dev/null); }
installed() {
  i=
  while read -r _n _a _s _v; do
    [ "$_s" = installed ] || continue
    if [ "$_n" = "$1" ] || [ "$_n:$_a" = "$1" ]; then i=$_v; return; fi
  done <<END
$q
END
}
leftover() {
  while read -r _n _a _s _v; do
    [ "$_s" = config-files ] || continue
    if [ "$_n" = "$1" ] || [ "$_n:$_a" = "$1" ]; then return 0; fi
  done <<END
$q
END
  return 1
}`;

/**
 * `$w` collects what apt-get is asked about: only what is not as wanted, because it would bring the rest up to date too.
 * `$k` are names with `.` or `+` among them.
 */
const wantFunction = (latest: boolean, onlyUpgrade: boolean): string => `want() {
  installed "$1"; _x=$1\${3:+=$3}
  ${onlyUpgrade ? '[ -n "$i" ] || return 0' : ':'}
  case $2 in
    '>=') _x=$1; if [ -n "$i" ] && dpkg --compare-versions "$i" ge "$3"; then ${latest ? ':' : 'return 0'}
      elif ! { _c=$(apt-cache $o policy "$1" | sed -n 's/^  Candidate: //p') && [ -n "$_c" ] && dpkg --compare-versions "$_c" ge "$3"; }; then
        printf 'nocandidate=%s\\n' "$1>=$3"; return 0; fi ;;
    '=') case $3 in *[*?[]*) ;; *) [ "$i" = "$3" ] && return 0 ;; esac ;;
    *) ${latest ? ':' : '[ -z "$i" ] || return 0'} ;;
  esac
  case $1 in *[.+]*) k="$k $1" ;; esac
  w="$w $_x"
}`;

const globFunction = `expand() {
  g=; for _p in $(apt-cache pkgnames); do case $_p in $1) g="$g $_p" ;; esac; done
  [ -n "$g" ] || printf 'nomatch=%s\\n' "$1"
}`;

const wantLine = (spec: PackageSpec, quote: Quote): string => {
  const call = (name: string): string => `want ${name} ${quote(spec.operator)} ${quote(spec.version)}`;
  if (!isGlob(spec.name)) return call(quote(spec.name));
  return `expand ${quote(spec.name)}; ask $g; for n in $g; do ${call('"$n"')}; done; ask $names`;
};

/** A name that was installed as a dependency becomes one that is wanted for itself. */
const autoLines = `if [ -r "\${s}extended_states" ]; then
  _m=$(sed -n '/^Package: /{s///;h;};/^Auto-Installed: 1/{x;p;}' "\${s}extended_states")
  for n in $names; do installed "$n"; [ -n "$i" ] || continue
    case "
$_m
" in *"
\${n%:*}
"*) printf 'auto=%s\\n' "$n" ;; esac
  done
fi`;

const installLines = (job: Extract<AptJob, { kind: 'install' }>, args: AptArgs, quote: Quote): readonly string[] => {
  const names = job.packages.filter((spec) => !isGlob(spec.name)).map((spec) => spec.name);
  const globs = job.packages.some((spec) => isGlob(spec.name)) ? [globFunction] : [];
  return [
    ...globs,
    wantFunction(job.latest, args.onlyUpgrade),
    `names=${quote(names.join(' '))}`,
    names.length === 0 ? ':' : 'ask $names',
    ...job.packages.map((spec) => wantLine(spec, quote)),
    autoLines,
  ];
};

const removeLine = (spec: PackageSpec, purge: boolean, quote: Quote): string => {
  const name = quote(spec.name);
  if (isGlob(spec.name)) {
    const states = purge ? 'installed | config-files' : 'installed';
    return `ask ${name}
while read -r n a st v; do case $st in ${states}) w="$w $n" ;; esac; done <<END
$q
END
[ -n "$q" ] || { expand ${name}; }`;
  }
  const version = spec.operator === '=' ? `case $i in ${spec.version}) w="$w $n=$i" ;; esac` : 'w="$w $n"';
  const gone = purge ? 'elif leftover "$n"; then w="$w $n"; ' : '';
  return `n=${name}; ask "$n"; installed "$n"; if [ -n "$i" ]; then ${version}; ${gone}fi`;
};

/** Packages in files: those on the host by their path, those of an address fetched aside. */
const debLines = (files: readonly string[], quote: Quote): readonly string[] => [
  shellFunctions('hex'),
  'a=$(mktemp -d) || exit 1',
  `trap 'rm -rf "$a"' EXIT`,
  ...files.flatMap((file, index) => [
    file.includes('://')
      ? `p=$a/${index}.deb; f=${quote(file)}; fetch "$f" "$p" 2>"$a/said" || { echo "failed=$(hex "Failed to download $f: $(tail -n 1 "$a/said")")"; echo end; exit 0; }`
      : `${assignPath('p', file, quote)}; f=$p; case $p in /*) ;; *) p=$PWD/$p ;; esac`,
    'v=$(dpkg-deb -f "$p" Package Version Architecture 2>&1) || { echo "failed=$(hex "Unable to install package: $v")"; echo end; exit 0; }',
    `n=$(printf '%s\\n' "$v" | sed -n 's/^Package: //p'); v=$(printf '%s\\n' "$v" | sed -n 's/^Version: //p')`,
    'ask "$n"; installed "$n"; [ "$i" = "$v" ] || { w="$w x"; echo "deb=$(hex "$f")"; set -- "$@" "$p"; }',
  ]),
];

const findLines = (args: AptArgs, quote: Quote): readonly string[] => {
  const { job } = args;
  const purge = args.options.includes('--purge');
  if (job.kind === 'install') return installLines(job, args, quote);
  if (job.kind === 'remove') {
    const globs = job.packages.some((spec) => isGlob(spec.name)) ? [globFunction] : [];
    return [...globs, ...job.packages.map((spec) => removeLine(spec, purge, quote))];
  }
  if (job.kind === 'build-dep') return [`w=${quote(` ${job.packages.map((spec) => spec.written).join(' ')}`)}`];
  if (job.kind === 'deb') return [fetchFunction, ...debLines(job.files, quote)];
  return job.kind === 'nothing' ? [] : ['w=x'];
};

/**
 * New lists are fetched aside, into a folder that goes again: what is planned is then what a run with new lists does,
 * and nothing on the host has changed.
 */
const asideLines = `if [ -n "$stale" ] && [ -n "$w" ]; then
  d=$(mktemp -d) || exit 1
  trap 'rm -rf "$d" \${a-}' EXIT
  cp -a "$l." "$d/" 2>/dev/null; rm -f "$d/lock"; mkdir -p "$d/partial"
  o="-o Dir::State::lists=$d -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root"
  if ! _u=$(update 2 $o 2>&1); then printf '%s\\n' "$_u" | say failed; echo end; exit 0; fi
fi`;

/** Of a name that no package has, apt-get makes a pattern where it can. */
const knownLines = `for n in $k; do
  apt-cache $o pkgnames --all-names "\${n%:*}" | grep -qxF -e "\${n%:*}" || printf 'noname=%s\\n' "$n"
done`;

const simulate = (args: AptArgs, quote: Quote): string => {
  const about =
    args.job.kind === 'deb' ? '"$@"' : ['install', 'remove', 'build-dep'].includes(args.job.kind) ? '$w' : '';
  return `if [ -n "$w" ]; then
  echo "wanted=$w"
  r=$(apt-get -s $o ${aptWords(args, quote)} ${about} 2>&1); echo "code=$?"; printf '%s\\n' "$r" | say simulation
fi`;
};

const staleLine = (args: AptArgs): string =>
  args.update === undefined
    ? 'stale='
    : `stale=; [ $((c + ${args.update.validSeconds})) -gt "$(date +%s)" ] || { stale=yes; echo stale=yes; }`;

const needsAside = (job: AptJob): boolean => ['install', 'build-dep', 'upgrade', 'deb'].includes(job.kind);

/** Asks what apt-get would do, with `-s`: it locks and changes nothing. */
export const probeApt = (args: AptArgs, quote: Quote): string =>
  [
    aptBegin,
    needFunction,
    sayFunction,
    'need apt-get; need dpkg-query',
    cacheFunctions,
    updateFunction(args),
    'c=$(cache_time); echo "cache=$c"',
    staleLine(args),
    installedFunctions,
    'w=; k=; o=; set --',
    ...findLines(args, quote),
    ...(args.update !== undefined && needsAside(args.job) ? [asideLines] : []),
    ...(args.job.kind === 'install' ? [knownLines] : []),
    simulate(args, quote),
    args.clean
      ? 'b=/var/cache/apt/archives/; eval "$(apt-config shell b Dir::Cache::archives/d 2>/dev/null)"; set +f; for f in "$b"*.deb; do [ -e "$f" ] && echo archive=1; done'
      : '',
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');
