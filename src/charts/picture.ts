import type { LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, MarkLineComponentOption, TitleComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { ChartRequest } from '#core/charts.ts';
import { look, type Palette, palettes, strokeOf } from './look.ts';
import { boundsOf, choose, type Line, type Point } from './points.ts';
import { type Scale, scaleOf, writerOf } from './ticks.ts';
import { timeScaleOf } from './times.ts';

/** What ECharts is asked to draw. */
export type Picture = ComposeOption<
  LineSeriesOption | GridComponentOption | MarkLineComponentOption | TitleComponentOption
>;

const mostLines = 10;
const buckets = 500;
const widestName = 14;
const widestTitle = 46;

/** The width of words in letters of the common size. */
const widthOf = (words: readonly string[]): number => Math.max(0, ...words.map((one) => one.length)) * look.letter;

const shorten = (words: string, most: number): string => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

/** A chart as data: no decision is left to the renderer. `now` in ms since the epoch. */
export function pictureOf(request: ChartRequest, now: number, palette: Palette = palettes.light): Picture {
  const { from, unit } = request;
  const { ground, quiet, grid } = palette;
  const to = Math.max(request.to, from + 1000);
  const { lines, left } = choose(request.series, { from, to, most: mostLines, buckets });
  const bounds = boundsOf(lines);
  const limit = request.threshold?.value;
  const known = [bounds?.low, bounds?.high, limit].filter((value) => value !== undefined);
  const scale = scaleOf(unit, Math.min(0, ...known), Math.max(...known, 0));
  const time = timeScaleOf(from, to, request.timeZone);
  const label = { fontFamily: look.font, fontSize: look.text, color: quiet, margin: 16 };
  const names = lines.length > 1 ? lines.map(({ name }) => shorten(name, widestName)) : [];
  const { left: beside, right, ...plot } = look.plot;
  return {
    animation: false,
    backgroundColor: ground,
    textStyle: { fontFamily: look.font },
    title: titles(request, time.span, left, bounds === undefined, palette),
    grid: { ...plot, left: beside + widthOf(bounds ? written(scale) : []), right: right + widthOf(names) },
    xAxis: {
      ...{ type: 'value', min: from, max: to },
      axisLabel: {
        ...label,
        customValues: [...time.marks],
        formatter: (at: number) => time.write(at),
        hideOverlap: true,
      },
      axisTick: { show: true, customValues: [...time.marks], length: 10, lineStyle: { color: quiet, width: 2.5 } },
      axisLine: { show: true, onZero: false, lineStyle: { color: quiet, width: 2.5 } },
      splitLine: { show: false },
    },
    yAxis: {
      ...{ type: 'value', min: scale.min, max: scale.max, interval: scale.interval },
      axisLabel: { ...label, show: bounds !== undefined, formatter: (value: number) => scale.write(value) },
      axisLine: { lineStyle: { color: quiet } },
      axisTick: { lineStyle: { color: quiet } },
      splitLine: { show: bounds !== undefined, lineStyle: { color: grid, width: 2.5 } },
    },
    series: [
      ...lines.map((line, place) => seriesOf(line, place, lines.length > 1, palette)),
      marks(request, to, now, palette),
    ],
  };
}

/** The labels of the vertical axis. */
const written = ({ min, max, interval, write }: Scale): readonly string[] =>
  Array.from({ length: Math.round((max - min) / interval) + 1 }, (_, at) => write(min + at * interval));

function titles(
  request: ChartRequest,
  span: string,
  left: number,
  empty: boolean,
  { ink, quiet }: Palette,
): TitleComponentOption[] {
  const { title, width, height, text, font, margin } = look;
  const small = { fontFamily: font, fontSize: text, fontWeight: 'normal', color: quiet } as const;
  const under = `${left > 0 ? `${left} more not drawn · ` : ''}${span}`;
  // The longest line of all, of days in a zone of a long name, is a little smaller rather than cut.
  const fitting = Math.min(text, Math.floor((text * (width - 2 * margin)) / widthOf([under])));
  return [
    {
      text: shorten(request.title.replace(/\s+/g, ' '), widestTitle),
      ...{ left: margin, top: 18 },
      textStyle: { fontFamily: font, fontSize: title, fontWeight: 600, color: ink },
    },
    { text: under, left: margin, top: 76, textStyle: { ...small, fontSize: fitting } },
    ...(empty
      ? [
          {
            text: 'no values in this time',
            left: width / 2,
            top: height / 2,
            textAlign: 'center' as const,
            textStyle: small,
          },
        ]
      : []),
  ];
}

const dot = 14;

/** A value between two gaps has no line to it: it is drawn as a dot. */
function withDots(points: readonly Point[]) {
  const missing = (point: Point | undefined) => point === undefined || point[1] === null;
  return points.map((point, place) => {
    const alone = point[1] !== null && missing(points[place - 1]) && missing(points[place + 1]);
    return { value: [point[0], point[1] ?? '-'], symbol: alone ? 'circle' : 'none', symbolSize: alone ? dot : 0 };
  });
}

function seriesOf(line: Line, place: number, named: boolean, palette: Palette): LineSeriesOption {
  const { color, dash } = strokeOf(place, palette);
  return {
    type: 'line',
    name: line.name,
    data: withDots(line.points),
    showSymbol: true,
    ...{ lineStyle: { color, width: look.line, type: dash === 'solid' ? 'solid' : [...dash], cap: 'round' } },
    itemStyle: { color },
    ...(named
      ? {
          endLabel: {
            ...{ show: true, distance: 14, color, fontFamily: look.font, fontSize: look.text, fontWeight: 600 },
            formatter: () => shorten(line.name, widestName),
          },
          labelLayout: { moveOverlap: 'shiftY' },
        }
      : {}),
  };
}

/** The limit and the present, on a series of their own so that they stay when there is nothing else. */
function marks({ threshold, from, unit }: ChartRequest, to: number, now: number, palette: Palette): LineSeriesOption {
  const text = { fontFamily: look.font, fontSize: look.text };
  const limit = threshold && {
    yAxis: threshold.value,
    lineStyle: { color: palette.limit, width: 5, type: [20, 10] },
    label: {
      ...{ ...text, color: palette.limit, position: 'insideStartTop' as const },
      formatter: () => `${shorten(threshold.label, 24)} ${writerOf(unit)(threshold.value)}`,
    },
  };
  // At the right edge the axis itself ends at the present.
  const present = now > from &&
    now < to - (to - from) / 100 && {
      xAxis: now,
      lineStyle: { color: palette.quiet, width: 4, type: [4, 8] },
      label: { ...text, color: palette.quiet, position: 'end' as const, rotate: 0, formatter: () => 'now' },
    };
  return {
    type: 'line',
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      data: [...(limit ? [limit] : []), ...(present ? [present] : [])],
    },
  };
}
