import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { look, palettes, type Shade } from './look.ts';

const { resolve } = createRequire(import.meta.url);

/** Without a font the renderer leaves out every letter and says nothing: ours travels with the bot. */
const fontFiles = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'].map((file) =>
  resolve(`@expo-google-fonts/inter/${file}`),
);

/** Turns SVG text into a PNG. */
export function toPng(svg: string, shade: Shade): Uint8Array {
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: look.font };
  return new Resvg(svg, { font, background: palettes[shade].ground, fitTo: { mode: 'original' } }).render().asPng();
}
