// The ten tasks and the handler as plain POSIX sh, each a few lines that end by printing `=ok`, `=changed`, `=skipped` or
// `=failed`. They share the variables of one shell, so it makes no difference whether each goes alone or all at once.
// Facts are left out, because no task uses them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appPort, release } from '../lab/inventory.mjs';

const startScript = readFileSync(join(import.meta.dirname, '../work/files/start.sh'), 'utf8');

const workers = Array.from(
  { length: 20 },
  (_, number) => `[worker-${number}]\nqueue = ${number % 2 === 0 ? 'default' : 'mail'}\nmost_jobs = ${100 + number}\n`,
).join('');

/** What the template gives, byte for byte. */
const configuration = (name) =>
  `# ${name}, written by a playbook\n[server]\nlisten = 127.0.0.1:${appPort}\nenvironment = PRODUCTION\nrelease = ${release}\n${workers}log = warnings\n`;

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Changes what is not as it should be, and says so; `then` follows a change. */
const unless = (holds, change, then = ':') =>
  `if ${holds}; then echo =ok; elif ${change}; then ${then}; echo =changed; else echo =failed; fi`;

const folder = (path, mode) =>
  unless(`[ -d ${path} ] && [ "$(stat -c %a ${path})" = ${mode} ]`, `mkdir -p ${path} && chmod ${mode} ${path}`);

const file = (path, mode, text, then) => {
  const sum = createHash('sha256').update(text).digest('hex');
  return unless(
    `[ "$(stat -c %a ${path} 2>/dev/null) $(sha256sum ${path} 2>/dev/null)" = "${mode} ${sum}  ${path}" ]`,
    `printf %s ${quote(text)} >${path}.new && chmod ${mode} ${path}.new && mv ${path}.new ${path}`,
    then,
  );
};

const line = (path, wanted, like) =>
  unless(
    `grep -qx '${wanted}' ${path} 2>/dev/null`,
    `{ grep -v '${like}' ${path} 2>/dev/null; echo '${wanted}'; } >${path}.new && chmod 644 ${path}.new && mv ${path}.new ${path}`,
  );

const link = (path, target, then) =>
  unless(`[ "$(readlink ${path})" = ${target} ]`, `ln -sfn ${target} ${path}.new && mv -T ${path}.new ${path}`, then);

const answers = (port) =>
  `tries=0; until bash -c ': </dev/tcp/127.0.0.1/${port}' 2>/dev/null || [ $tries -ge 100 ]; do tries=$((tries+1)); sleep 0.1; done; [ $tries -lt 100 ] && echo =ok || echo =failed`;

/** The tasks of one host, in order. */
export function tasksOf({ name, root, listenPort }) {
  const current = `${root}/releases/${release}`;
  const mark = `${root}/.migrated-${release}`;
  return [
    folder(current, '755'),
    file(`${root}/shop.conf`, '640', configuration(name), 'told=1'),
    file(`${current}/start.sh`, '755', startScript),
    line(`${root}/environment`, 'SHOP_ENV=production', '^SHOP_ENV='),
    unless(`[ -e ${current}/BUILD ]`, `echo ${release} >${current}/BUILD`),
    `[ -e ${mark} ] && migrated=1; echo =ok`,
    `if [ -n "$migrated" ]; then echo =skipped; elif touch ${mark}; then echo =changed; else echo =failed; fi`,
    link(`${root}/current`, current, 'told=1'),
    folder(`${root}/data`, '700'),
    answers(listenPort),
    `if [ -z "$told" ]; then echo =skipped; elif date +%s%N >${root}/restarted; then echo =changed; else echo =failed; fi`,
  ];
}

/** What a shell of a connection that stays must forget before it plays again. */
export const forget = 'unset told migrated';

/**
 * How many times each word was printed, as a recap has it: facts count as one task more, and the last task is the
 * handler, which does not count when it was not told.
 */
export function countsOf(output) {
  const words = [...output.matchAll(/^=(\w+)$/gm)].map(([, word]) => word);
  const count = (word) => words.filter((one) => one === word).length;
  const untold = words.at(-1) === 'skipped' ? 1 : 0;
  return {
    ok: count('ok') + count('changed') + 1,
    changed: count('changed'),
    failed: count('failed'),
    skipped: count('skipped') - untold,
    unreachable: 0,
  };
}
