import type { Json } from '#core/json.ts';
import type { Rest } from '#settings/load.ts';
import type { Loaded } from './edges.ts';

/** What the checks look at: a good configuration, or what is left of a faulty one. */
export type Judged = Pick<Loaded, 'settings' | 'spots' | 'configured'> & Partial<Pick<Rest, 'value'>>;

/** Everything it says, as it is written where it is faulty. Settings come from YAML and hold nothing that JSON cannot say. */
export const saidIn = ({ settings, value }: Judged): Json => value ?? (settings as unknown as Json);
