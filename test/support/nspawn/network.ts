import { program } from './programs.ts';

/** A bridge of our own, with no way out. */
export interface Network {
  readonly bridge: string;
  /** The next free address on it, with its prefix length apart. */
  next(): { readonly address: string; readonly prefix: number };
  close(): Promise<void>;
}

const prefix = 24;

const hex = (value: number): string => (value & 0xff).toString(16).padStart(2, '0');

/** Opens a bridge on a subnet nobody has here. */
export async function openNetwork(): Promise<Network> {
  const bridge = `qdj${process.pid}`;
  const taken = await program('ip', ['-o', '-4', 'addr', 'show']);
  const numbers = Array.from({ length: 250 }, (_, index) => ((process.pid + index) % 250) + 1);
  const subnet = numbers.map((number) => `10.231.${number}`).find((start) => !taken.includes(` ${start}.`));
  if (subnet === undefined) throw new Error('every subnet 10.231.x is taken');
  // An address of its own: else it has that of one of its ports, and changes when that host goes.
  const mac = `02:71:64:6a:${hex(process.pid >> 8)}:${hex(process.pid)}`;
  await program('ip', ['link', 'add', bridge, 'address', mac, 'type', 'bridge', 'forward_delay', '0']);
  await program('ip', ['addr', 'add', `${subnet}.1/${prefix}`, 'dev', bridge]);
  await program('ip', ['link', 'set', bridge, 'up']);
  let last = 9;
  return {
    bridge,
    next() {
      last += 1;
      return { address: `${subnet}.${last}`, prefix };
    },
    close: async () => {
      await program('ip', ['link', 'del', bridge]);
    },
  };
}
