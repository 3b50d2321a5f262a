import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import type { ChartRequest } from '#core/charts.ts';
import { look, palettes, type Shade } from './look.ts';
import { pictureOf } from './picture.ts';

use([LineChart, GridComponent, MarkLineComponent, TitleComponent, LabelLayout, SVGRenderer]);

/** Draws a chart as SVG text, for a light page or a dark one; the same request and time give the same text. */
export function drawSvg(request: ChartRequest, now: number, shade: Shade = 'light'): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: look.width, height: look.height });
  try {
    chart.setOption(pictureOf(request, now, palettes[shade]));
    return plain(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/**
 * Takes out what a picture has no use for: styles for a pointer, and numbers that grow through the life of the process;
 * without them equal charts are equal text.
 */
const plain = (svg: string): string =>
  svg
    .replace(/zr\d+-/g, 'zr-')
    .replace(/ class="zr-cls-\d+"/g, '')
    .replace(/<style ?><!\[CDATA\[[\s\S]*?]]>\s*<\/style>/g, '');
