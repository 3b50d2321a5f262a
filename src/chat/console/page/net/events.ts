/** One server-sent event. */
export interface Heard {
  readonly event: string;
  readonly data: string;
}

const fieldOf = (lines: readonly string[], name: string): string | undefined =>
  lines
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .replace(/^ /, '');

const parse = (block: string): Heard | undefined => {
  const lines = block.split('\n');
  const data = fieldOf(lines, 'data');
  return data === undefined ? undefined : { event: fieldOf(lines, 'event') ?? 'message', data };
};

/** Reads a stream of server-sent events; `alive` is called for every piece, comments too. Ends with the stream. */
export async function* readEvents(body: ReadableStream<Uint8Array>, alive: () => void): AsyncGenerator<Heard> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    text += decoder.decode(value, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const heard = parse(block);
      if (heard !== undefined) yield heard;
    }
  }
}
