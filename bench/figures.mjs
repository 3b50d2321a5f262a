// Arithmetic on lists of measurements.

/** A copy in ascending order. */
const ascending = (list) => [...list].sort((a, b) => a - b);

/** The smallest value that at least this share of the list does not exceed; undefined for an empty list. */
export const percentile = (list, share) => ascending(list)[Math.max(0, Math.ceil(list.length * share) - 1)];

/** The middle value; of an even number of values, the mean of the two in the middle. */
export const median = (list) => {
  const sorted = ascending(list);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return (low + high) / 2;
};

/** A figure to read: one decimal, or a dash when there is none. */
export const shown = (value, unit) => (Number.isFinite(value) ? `${value.toFixed(1)} ${unit}` : `– ${unit}`);
