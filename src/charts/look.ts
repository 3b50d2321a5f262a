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
  margin: 24,
  plot: { top: 170, bottom: 88, left: 48, right: 88 },
} as const;

/** What a chart is drawn in. */
export interface Palette {
  readonly ground: string;
  readonly ink: string;
  readonly quiet: string;
  readonly grid: string;
  readonly limit: string;
  readonly series: readonly string[];
}

/** For which page a chart is drawn. */
export type Shade = 'light' | 'dark';

/**
 * The ground is that of a card of the console. The colours of the series are Okabe and Ito's, told apart by the
 * colour-blind, as strong as words need: names stand in them.
 */
export const palettes: Readonly<Record<Shade, Palette>> = {
  light: {
    ground: '#ffffff',
    ink: '#1b2733',
    quiet: '#51606f',
    grid: '#dfe5ea',
    limit: '#b3261e',
    series: ['#0072b2', '#c24f00', '#007a59', '#b5438f', '#8a6d00', '#3f3f3f'],
  },
  dark: {
    ground: '#122232',
    ink: '#e8eff6',
    quiet: '#a3b5c6',
    grid: '#2b4156',
    limit: '#ff9d94',
    series: ['#56b4e9', '#ff9a4d', '#3ccf9c', '#f08fc7', '#e6d15a', '#d0d4d8'],
  },
};

const dashes = ['solid', [18, 12], [4, 11]] as const;

/** The colour and dash of the nth series; neither repeats together within eighteen. */
export function strokeOf(
  place: number,
  { series, ink }: Palette,
): { readonly color: string; readonly dash: 'solid' | readonly number[] } {
  const color = series[place % series.length] ?? ink;
  // The dash changes with every series too, so that colour alone never tells two apart.
  const dash = dashes[(place + Math.floor(place / series.length)) % dashes.length] ?? 'solid';
  return { color, dash };
}
