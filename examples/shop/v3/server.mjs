// The whole shop: one page, and /health, which says whether the shop could sell something.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const here = (name) => new URL(name, import.meta.url);
const read = (name) => readFileSync(here(name), 'utf8');
const log = (level, text) => console.log(`${new Date().toISOString()} ${level} ${text}`);

// What this process is made of: a deploy that was stopped half-way compares it with what should run.
const running = here('../../shared/running');
rmSync(running, { force: true });
const parts = ['server.mjs', 'release.json', '../../shared/shop.json'].map(read);
const [, release, { host, port }] = parts.map((text, at) => (at === 0 ? text : JSON.parse(text)));

const sayWhatRuns = () => {
  const sums = parts.map((text) => `${createHash('sha1').update(text).digest('hex')}\n`);
  writeFileSync(here('../../shared/running.new'), sums.join(''));
  renameSync(here('../../shared/running.new'), running);
};

const plain = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const prices = () => JSON.parse(read('prices.json'));

const page = () => {
  const goods = Object.entries(prices()).map(([name, price]) => `<li>${plain(name)} <b>${plain(price)} €</b></li>`);
  const words = {
    version: plain(release.version),
    title: plain(release.title),
    host: plain(host),
    goods: goods.join(''),
  };
  return read('page.html').replace(/%(\w+)%/g, (_, name) => words[name] ?? '');
};

const health = () => {
  if (Object.keys(prices()).length === 0) throw new Error('the price list is empty');
  return JSON.stringify({ status: 'ok', version: release.version, host });
};

const answers = { '/': ['text/html', page], '/health': ['application/json', health] };

const server = createServer((request, response) => {
  const answer = answers[new URL(request.url, 'http://shop').pathname];
  try {
    if (!answer) return response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.\n');
    const [type, make] = answer;
    const body = make();
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  } catch (error) {
    log('error', `${request.method} ${request.url} failed: ${error.message.split('\n')[0]}`);
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'broken', version: release.version, host }));
  }
});
server.listen(port, '127.0.0.1', () => {
  sayWhatRuns();
  log('info', `shop ${release.version} listens on port ${port}`);
});
process.on('SIGTERM', () => process.exit(0));
