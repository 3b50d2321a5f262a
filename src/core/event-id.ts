/** An event's id of parts: what is in one part can never be taken for another, so no two actors' events are the same. */
export const eventIdOf = (...parts: readonly (string | number)[]): string =>
  parts.map((part) => encodeURIComponent(String(part).toWellFormed())).join(':');

/** The key of the message that shows what a person typed; its event is named like it. */
export const saidKeyOf = (eventId: string): string => eventId.replace(/^console:/, 'said:');

/** The parts of an id that `eventIdOf` made; undefined when it made none such. */
export const partsOf = (eventId: string): readonly string[] | undefined => {
  try {
    const parts = eventId.split(':').map(decodeURIComponent);
    return eventIdOf(...parts) === eventId ? parts : undefined;
  } catch {
    return undefined; // the only way the platform has to say that it is badly encoded
  }
};
