import type { LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, MarkLineComponentOption, TitleComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { ChartRequest } from '#core/charts.ts';
import { look, strokeOf } from './look.ts';
import { boundsOf, choose, type Line, type Point } from './points.ts';
import { scaleOf, writerOf } from './ticks.ts';
import { timeScaleOf } from './times.ts';

/** What ECharts is asked to draw. */
export type Picture = ComposeOption<
  LineSeriesOption | GridComponentOption | MarkLineComponentOption | TitleComponentOption
>;

const mostLines = 10;
const buckets = 500;
const widestName = 22;
const letterWidth = 11.5;

const shorten = (words: string, most: number): string => (words.length > most ? `${words.slice(0, most - 1)}…` : words);

/** A chart as data: no decision is left to the renderer. `now` in ms since the epoch. */
export function pictureOf(request: ChartRequest, now: number): Picture {
  const { from, unit } = request;
  const to = Math.max(request.to, from + 1000);
  const { lines, left } = choose(request.series, { from, to, most: mostLines, buckets });
  const bounds = boundsOf(lines);
  const limit = request.threshold?.value;
  const known = [bounds?.low, bounds?.high, limit].filter((value) => value !== undefined);
  const scale = scaleOf(unit, Math.min(0, ...known), Math.max(...known, 0));
  const time = timeScaleOf(from, to, request.timeZone);
  const label = { fontFamily: look.font, fontSize: look.text, color: look.quiet, margin: 14 };
  const names = lines.length > 1 ? Math.max(...lines.map(({ name }) => shorten(name, widestName).length)) : 0;
  return {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: look.font },
    title: titles(request, time.span, left, bounds === undefined),
    grid: { ...look.plot, right: look.plot.right + names * letterWidth },
    xAxis: {
      ...{ type: 'value', min: from, max: to },
      axisLabel: {
        ...label,
        customValues: [...time.marks],
        formatter: (at: number) => time.write(at),
        hideOverlap: true,
      },
      axisTick: { show: true, customValues: [...time.marks], length: 6, lineStyle: { color: look.quiet } },
      axisLine: { show: true, onZero: false, lineStyle: { color: look.quiet, width: 1.5 } },
      splitLine: { show: false },
    },
    yAxis: {
      ...{ type: 'value', min: scale.min, max: scale.max, interval: scale.interval },
      axisLabel: { ...label, show: bounds !== undefined, formatter: (value: number) => scale.write(value) },
      splitLine: { show: bounds !== undefined, lineStyle: { color: look.grid, width: 1.5 } },
    },
    series: [...lines.map((line, place) => seriesOf(line, place, lines.length > 1)), marks(request, to, now)],
  };
}

function titles(request: ChartRequest, span: string, left: number, empty: boolean): TitleComponentOption[] {
  const { title, width, text, font, ink, quiet } = look;
  const small = { fontFamily: font, fontSize: text, fontWeight: 'normal', color: quiet } as const;
  const more = left > 0 ? `${left} more series not drawn · ` : '';
  return [
    {
      text: shorten(request.title.replace(/\s+/g, ' '), 70),
      ...{ left: 22, top: 12 },
      textStyle: { fontFamily: font, fontSize: title, fontWeight: 600, color: ink },
    },
    { text: more + span, left: 22, top: 50, textStyle: small },
    ...(empty
      ? [{ text: 'no values in this time', left: width / 2, top: 300, textAlign: 'center' as const, textStyle: small }]
      : []),
  ];
}

const dot = 7;

/** A value between two gaps has no line to it: it is drawn as a dot. */
function withDots(points: readonly Point[]) {
  const missing = (point: Point | undefined) => point === undefined || point[1] === null;
  return points.map((point, place) => {
    const alone = point[1] !== null && missing(points[place - 1]) && missing(points[place + 1]);
    return { value: [point[0], point[1] ?? '-'], symbol: alone ? 'circle' : 'none', symbolSize: alone ? dot : 0 };
  });
}

function seriesOf(line: Line, place: number, named: boolean): LineSeriesOption {
  const { color, dash } = strokeOf(place);
  return {
    type: 'line',
    name: line.name,
    data: withDots(line.points),
    showSymbol: true,
    ...{ lineStyle: { color, width: 3, type: dash === 'solid' ? 'solid' : [...dash], cap: 'round' } },
    itemStyle: { color },
    ...(named
      ? {
          endLabel: {
            ...{ show: true, distance: 10, color, fontFamily: look.font, fontSize: look.text, fontWeight: 600 },
            formatter: () => shorten(line.name, widestName),
          },
          labelLayout: { moveOverlap: 'shiftY' },
        }
      : {}),
  };
}

/** The limit and the present, on a series of their own so that they stay when there is nothing else. */
function marks({ threshold, from, unit }: ChartRequest, to: number, now: number): LineSeriesOption {
  const text = { fontFamily: look.font, fontSize: look.text - 2 };
  const limit = threshold && {
    yAxis: threshold.value,
    lineStyle: { color: look.limit, width: 2.5, type: [12, 6] },
    label: {
      ...{ ...text, color: look.limit, position: 'insideStartTop' as const },
      formatter: () => `${shorten(threshold.label, 40)} ${writerOf(unit)(threshold.value)}`,
    },
  };
  // At the right edge the axis itself ends at the present.
  const present = now > from &&
    now < to - (to - from) / 100 && {
      xAxis: now,
      lineStyle: { color: look.quiet, width: 2, type: [2, 4] },
      label: { ...text, color: look.quiet, position: 'end' as const, rotate: 0, formatter: () => 'now' },
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
