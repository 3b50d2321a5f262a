/**
 * How charts look. On a phone of 390 pixels a card leaves them 330 or so: `text` is about 11 pixels there, the smallest
 * that is read without a second look, and 20 on a desk.
 */
export const look = {
  width: 1200,
  height: 750,
  font: 'Inter',
  text: 38,
  /** How wide a letter of `text` is, on average. */
  letter: 20,
  title: 44,
  line: 6,
  ink: '#1b2733',
  quiet: '#51606f',
  grid: '#dfe5ea',
  limit: '#b3261e',
  margin: 24,
  plot: { top: 170, bottom: 88, left: 48, right: 88 },
} as const;

/** Okabe and Ito's colours that are strong enough on white: told apart by the colour-blind. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#b5438f', '#8a6d00', '#3f3f3f'] as const;
const dashes = ['solid', [18, 12], [4, 11]] as const;

/** The colour and dash of the nth series; neither repeats together within eighteen. */
export function strokeOf(place: number): { readonly color: string; readonly dash: 'solid' | readonly number[] } {
  const color = colours[place % colours.length] ?? colours[0];
  // The dash changes with every series too, so that colour alone never tells two apart.
  const dash = dashes[(place + Math.floor(place / colours.length)) % dashes.length] ?? 'solid';
  return { color, dash };
}
