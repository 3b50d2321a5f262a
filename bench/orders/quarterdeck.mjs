import { dataFolder, startBot } from '../quarterdeck.mjs';

const titleOf = (order) => order.card?.title?.en ?? order.card?.title;

/** The real bot: an order is placed over the API, and over only when its stored reply has been read back. */
export async function startQuarterdeck(call) {
  const { folder, remove } = dataFolder();
  const { pid, url, token, stop } = await startBot(folder);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const place = async (text) => {
    const body = JSON.stringify({ text: `echo ${text}`, as: 'console:local:ada', key: text });
    return JSON.parse((await call('POST', `${url}/api/v1/orders`, headers, body)).text);
  };
  return {
    name: 'quarterdeck',
    pid,
    async order(text) {
      const { status } = await place(text);
      const { order } = JSON.parse((await call('GET', `${url}${status}?wait=10`, headers)).text);
      return order.state === 'done' && titleOf(order) === text;
    },
    async stop() {
      await stop();
      remove();
    },
  };
}
