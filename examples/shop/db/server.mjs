// A key-value store over TCP, one line an order: SET key value, GET key, DEL key, PING. It keeps its values in a file.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const [port, file] = process.argv.slice(2);
const log = (level, text) => console.log(`${new Date().toISOString()} ${level} ${text}`);

const load = () => {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return new Map();
  }
};
const values = load();
const save = () => {
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(values)));
  renameSync(`${file}.new`, file);
};

const orders = {
  PING: () => 'PONG',
  GET: (key) => values.get(key) ?? '',
  SET: (key, ...words) => {
    values.set(key, words.join(' '));
    save();
    return 'OK';
  },
  DEL: (key) => {
    values.delete(key);
    save();
    return 'OK';
  },
};

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => {
    const [order = '', ...words] = line.trim().split(' ');
    socket.write(`${orders[order.toUpperCase()]?.(...words) ?? 'ERR unknown order'}\n`);
  });
});
server.listen(Number(port), '127.0.0.1', () => log('info', `db listens on port ${port} with ${values.size} keys`));
process.on('SIGTERM', () => process.exit(0));
