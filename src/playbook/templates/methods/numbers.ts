import { type Builtins, builtin } from '../run/builtin.ts';

/** Methods of ints. */
export const numberMethods: Builtins = {
  bit_length: builtin('self', (_run, self) => {
    const size = typeof self === 'bigint' || typeof self === 'number' ? BigInt(self) : 0n;
    return size === 0n ? 0 : (size < 0n ? -size : size).toString(2).length;
  }),
};
