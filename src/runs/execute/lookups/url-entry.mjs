// Asks one address and ends: for the lookup `url`, which has to wait for the answer. Plain JavaScript, quick to begin.
// What to ask is on standard input, what came on standard output; a sentence about what went wrong, on standard error.
import { text } from 'node:stream/consumers';

const { url, headers, redirect, idleMs, largest } = JSON.parse(await text(process.stdin));
const stop = new AbortController();
const late = new Error(`nothing came for ${idleMs / 1000} seconds`);
let timer = setTimeout(() => stop.abort(late), idleMs);
const waitOn = () => {
  clearTimeout(timer);
  timer = setTimeout(() => stop.abort(late), idleMs);
};

async function ask() {
  const answer = await fetch(url, { headers, redirect, signal: stop.signal });
  if (!answer.ok) throw new Error(`HTTP status ${answer.status}`);
  const parts = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    waitOn();
    size += part.length;
    if (size > largest) throw new Error(`the answer is larger than ${largest} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

try {
  const content = await ask();
  clearTimeout(timer);
  process.stdout.write(content);
} catch (thrown) {
  clearTimeout(timer);
  const { cause } = thrown;
  process.stderr.write(cause?.code ?? cause?.message ?? thrown.message);
  process.exitCode = 1;
}
