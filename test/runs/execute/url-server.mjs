// A server in a thread of its own: the lookup `url` holds the thread that asks until the answer is there.
import { createServer } from 'node:http';
import { parentPort } from 'node:worker_threads';

const answers = {
  '/lines': (_asked, answer) => answer.end('one\r\ntwo\n\nfour\n'),
  '/empty': (_asked, answer) => answer.end(''),
  '/asked': ({ headers, method }, answer) => answer.end(JSON.stringify({ method, headers })),
  '/moved': (_asked, answer) => answer.writeHead(302, { location: '/lines' }).end(),
  '/missing': (_asked, answer) => answer.writeHead(404).end('no'),
  '/slow': () => undefined,
  '/large': (_asked, answer) => {
    const part = Buffer.alloc(1024 * 1024, 'x');
    const more = () => {
      while (!answer.destroyed && answer.write(part));
      if (!answer.destroyed) answer.once('drain', more);
    };
    more();
  },
};

const server = createServer((asked, answer) => answers[asked.url](asked, answer));
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
