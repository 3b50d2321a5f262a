// A chat for Hubot: a message is the body of a POST, what the script sends is the reply to it.
import { createServer } from 'node:http';
import { Adapter, TextMessage } from 'hubot';

class LoopbackChat extends Adapter {
  #waiting = new Map();
  #last = 0;

  async send(envelope, ...strings) {
    const reply = this.#waiting.get(envelope.message.id);
    this.#waiting.delete(envelope.message.id);
    reply?.end(strings.join('\n'));
  }

  reply(envelope, ...strings) {
    return this.send(envelope, ...strings);
  }

  async #take(request, reply) {
    let text = '';
    for await (const chunk of request) text += chunk;
    this.#last += 1;
    const id = String(this.#last);
    this.#waiting.set(id, reply);
    const user = this.robot.brain.userForId('ada', { name: 'ada', room: 'ops' });
    await this.receive(new TextMessage(user, text, id));
  }

  async run() {
    const server = createServer((request, reply) => void this.#take(request, reply));
    this.robot.on('scripts have loaded', () =>
      server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`)),
    );
    this.emit('connected');
  }
}

export default { use: (robot) => new LoopbackChat(robot) };
