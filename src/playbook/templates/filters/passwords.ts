import { crypted, randomSalt, roundsOf, saltSizeOf, schemeOf } from '../python/crypt.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { countOf, textOf } from '../values/show.ts';
import type { Value } from '../values/value.ts';

const NAMES: Readonly<Record<string, string>> = {
  md5: 'md5_crypt',
  sha256: 'sha256_crypt',
  sha512: 'sha512_crypt',
  blowfish: 'bcrypt',
};

/** About what a round takes, in steps. */
const STEPS_OF_A_ROUND = 5;

const given = (value: Value): Value | undefined => (value === null || value === '' || value === 0 ? undefined : value);

function hashed(run: Run, password: Value, type: Value, salt: Value, size: Value, count: Value): Value {
  const name = textOf(type, 'hashtype');
  const scheme = schemeOf(NAMES[name] ?? name);
  const rounds = given(count) === undefined ? undefined : countOf(count, 'rounds');
  run.meter.step(roundsOf(scheme, rounds) * STEPS_OF_A_ROUND);
  const secret = textOf(password, 'password_hash');
  const length = given(size) === undefined ? saltSizeOf(scheme) : countOf(size, 'salt_size');
  run.meter.text(length);
  const written = given(salt) === undefined ? randomSalt(length, run.env.entropy) : textOf(salt, 'salt');
  return crypted(scheme, secret, written, rounds);
}

/** Filters over passwords: as Ansible's where Python has `crypt` alone, without passlib. */
export const passwords: Builtins = {
  password_hash: builtin(
    'password, hashtype="sha512", salt=null, salt_size=null, rounds=null, ident=null',
    (run, password, type, salt, size, rounds) => hashed(run, password, type, salt, size, rounds),
  ),
};
