/** How charts look: large enough to read when a phone shrinks them to a third. */
export const look = {
  width: 1200,
  height: 600,
  font: 'Inter',
  text: 22,
  title: 28,
  ink: '#1b2733',
  quiet: '#51606f',
  grid: '#dfe5ea',
  limit: '#b3261e',
  plot: { top: 112, bottom: 62, left: 116, right: 46 },
} as const;

/** Okabe and Ito's colours that are strong enough on white: told apart by the colour-blind. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#b5438f', '#8a6d00', '#3f3f3f'] as const;
const dashes = ['solid', [10, 5], [3, 4]] as const;

/** The colour and dash of the nth series; neither repeats together within eighteen. */
export function strokeOf(place: number): { readonly color: string; readonly dash: 'solid' | readonly number[] } {
  const color = colours[place % colours.length] ?? colours[0];
  // The dash changes with every series too, so that colour alone never tells two apart.
  const dash = dashes[(place + Math.floor(place / colours.length)) % dashes.length] ?? 'solid';
  return { color, dash };
}
