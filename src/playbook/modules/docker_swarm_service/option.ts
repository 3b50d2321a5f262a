import type { Json, JsonObject } from '#core/json.ts';

/** What networks are called, by their numbers. */
export type NetworkNames = Readonly<Record<string, string>>;

/** One option of a service. */
export interface ServiceOption {
  /** What a task says, as it is compared; undefined where it says nothing. Throws a Fault for what cannot be. */
  wanted(args: JsonObject): Json | undefined;
  /** The same of a service, by what `docker service inspect` shows as its `Spec`. */
  present(spec: JsonObject, networks: NetworkNames): Json;
  same(wanted: Json, present: Json): boolean;
  /** Words of `docker service create`. */
  make(wanted: Json): readonly string[];
  /** Words of `docker service update`. */
  change(wanted: Json, present: Json): readonly string[];
}
