import type { Builtins } from '../run/builtin.ts';
import { choosing } from './choosing.ts';
import { dates } from './dates.ts';
import { dicts } from './dicts.ts';
import { documents } from './documents.ts';
import { encodings } from './encodings.ts';
import { numbers } from './numbers.ts';
import { passwords } from './passwords.ts';
import { paths } from './paths.ts';
import { querying } from './querying.ts';
import { randoms } from './randoms.ts';
import { regexes } from './regexes.ts';
import { selecting } from './selecting.ts';
import { sequences } from './sequences.ts';
import { sets } from './sets.ts';
import { sizes } from './sizes.ts';
import { texts } from './texts.ts';
import { urls } from './urls.ts';

/** Every filter, by name. */
export const filters: Builtins = {
  ...choosing,
  ...dates,
  ...dicts,
  ...documents,
  ...encodings,
  ...numbers,
  ...passwords,
  ...paths,
  ...querying,
  ...randoms,
  ...regexes,
  ...selecting,
  ...sequences,
  ...sets,
  ...sizes,
  ...texts,
  ...urls,
};
