#!/usr/bin/env node
// A small curl for hosts of the harbour whose machine has neither curl nor wget, so that `uri` can ask a health check.
// It knows what `uri` says to curl: -K FILE, -D FILE, -o FILE, -w FORMAT, --data-binary @FILE.
import { readFileSync, writeFileSync } from 'node:fs';

const options = {};
for (let words = process.argv.slice(2); words.length > 0; words = words.slice(2)) options[words[0]] = words[1];

const escapes = { t: '\t', n: '\n', r: '\r' };
const settings = readFileSync(options['-K'], 'utf8')
  .split('\n')
  .map((line) => /^([a-z-]+)(?: = (?:"((?:[^"\\]|\\.)*)"|(.*)))?$/.exec(line))
  .filter((found) => found !== null)
  .map(([, name, quoted, plain]) => [
    name,
    quoted?.replace(/\\(.)/g, (_, sign) => escapes[sign] ?? sign) ?? plain ?? 'yes',
  ]);
const all = (name) => settings.filter(([key]) => key === name).map(([, value]) => value);
const one = (name) => all(name)[0];

const header = (line) => {
  const [, name, value = ''] = /^([^:;]+)[:;]\s*(.*)$/.exec(line) ?? [];
  return [name, value];
};
const body = options['--data-binary']?.slice(1);

try {
  const answer = await fetch(one('url'), {
    method: one('head') ? 'HEAD' : (one('request') ?? 'GET'),
    headers: all('header').map(header),
    redirect: one('location') ? 'follow' : 'manual',
    signal: AbortSignal.timeout(Number(one('max-time') ?? 30) * 1000),
    ...(body === undefined ? {} : { body: readFileSync(body) }),
  });
  const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  writeFileSync(options['-D'], `HTTP/1.1 ${answer.status} ${answer.statusText}\r\n${lines}\r\n`);
  writeFileSync(options['-o'], Buffer.from(await answer.arrayBuffer()));
  process.stdout.write((options['-w'] ?? '').replace('%{url_effective}', answer.url));
} catch (error) {
  console.error(`curl: (7) ${error.cause?.code ?? error.name}`);
  process.exitCode = 7;
}
