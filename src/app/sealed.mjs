/**
 * What every object inherits gets no new names from here on: a name that a host or a person chose, used as a key by
 * mistake, would else be a property of everything, hosts of others included.
 */
for (const shared of [Object, Array, Function, String, Number, Boolean, Map, Set, Promise, RegExp, Date, Error]) {
  Object.preventExtensions(shared.prototype);
  Object.preventExtensions(shared);
}
