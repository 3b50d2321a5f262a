import http from 'node:http';

/** A request without an answer for this long has none. */
const answerWithinMs = 20_000;

/** A client that keeps its connections: `call(method, url, headers, body)` resolves with status and body text. */
export function openClient() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const call = (method, url, headers, body) =>
    new Promise((resolve, reject) => {
      const request = http.request(url, { method, agent, headers, timeout: answerWithinMs }, (reply) => {
        let text = '';
        reply.setEncoding('utf8');
        reply.on('data', (chunk) => {
          text += chunk;
        });
        reply.on('end', () => resolve({ status: reply.statusCode, text }));
        reply.on('error', reject);
      });
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', reject);
      request.end(body);
    });
  return { call, close: () => agent.destroy() };
}
