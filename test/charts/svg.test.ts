import { expect, test } from 'vitest';
import { drawSvg } from '#charts/svg.ts';
import type { ChartRequest } from '#core/charts.ts';
import { end, requests } from './requests.ts';

const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

test.each(Object.entries(requests))('the chart “%s” is drawn as it was agreed', async (name, request) => {
  await expect(drawSvg(request, end)).toMatchFileSnapshot(`golden/${name}.svg`);
});

test.each(Object.entries(requests))('on a phone every word of the chart “%s” can be read', (_name, request) => {
  const svg = drawSvg(request, end);
  // A card leaves a picture of 1200 pixels about 328 on a screen of 390.
  const sizes = [...svg.matchAll(/font-size:([\d.]+)px/g)].map((match) => (Number(match[1]) * 328) / 1200);
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.min(...sizes)).toBeGreaterThan(8.5);
  expect(sizes.filter((size) => size >= 10).length).toBeGreaterThanOrEqual(sizes.length - 1);
});

const luminanceOf = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrastOf = (a: string, b: string): number => {
  const [low = 0, high = 0] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const coloursOf = (svg: string, what: RegExp) => new Set([...svg.matchAll(what)].map((match) => match[1] ?? ''));

test.each([
  ['light', '#ffffff'],
  ['dark', '#122232'],
] as const)('on the ground of a %s page every word and every line stands out', (shade, ground) => {
  for (const request of Object.values(requests)) {
    const svg = drawSvg(request, end, shade);
    const [words, lines] = [coloursOf(svg, /<text[^>]* fill="(#\w{6})"/g), coloursOf(svg, /stroke="(#\w{6})"/g)];
    expect(svg).toMatch(new RegExp(`<rect[^>]*fill="${ground}"`));
    for (const colour of words)
      expect([colour, contrastOf(colour, ground)]).toEqual([colour, expect.toSatisfy((found: number) => found >= 4.5)]);
    for (const colour of lines) {
      // The lines of the scale are there to be seen through.
      const least = contrastOf(colour, ground) < 2 ? 1.2 : 3;
      expect([colour, contrastOf(colour, ground)]).toEqual([
        colour,
        expect.toSatisfy((found: number) => found >= least),
      ]);
    }
    expect(words.size).toBeGreaterThan(1);
  }
});

test('the same chart is the same text, whatever was drawn before', () => {
  const first = drawSvg(requests.one, end);
  drawSvg(requests.many, end);
  expect(drawSvg(requests.one, end)).toBe(first);
});

test('the axis has its unit, the limit its value, and the time its zone', () => {
  const texts = textsOf(drawSvg(requests.one, end));
  expect(texts).toEqual(expect.arrayContaining(['100%', 'limit 80%', 'web-1: cpu', '2026-11-21 21:10 – 22:10 UTC']));
});

test('only the ten highest are drawn, and the rest is counted', () => {
  const texts = textsOf(drawSvg(requests.many, end));
  expect(texts.filter((text) => text?.startsWith('service-'))).toHaveLength(10);
  expect(texts).toContain('service-13');
  expect(texts).not.toContain('service-3');
  expect(texts.join(' ')).toContain('4 more not drawn');
});

test('the present is marked when the chart reaches beyond it', () => {
  expect(textsOf(drawSvg(requests.many, end))).toContain('now');
  expect(textsOf(drawSvg(requests.one, end))).not.toContain('now');
});

test('without values it says so and shows no invented scale', () => {
  expect(textsOf(drawSvg(requests.empty, end))).toContain('no values in this time');
  expect(textsOf(drawSvg(requests.empty, end)).some((text) => text?.startsWith('0.'))).toBe(false);
});

const odd: Record<string, ChartRequest> = {
  'names with marks of XML': {
    ...requests.two,
    title: `<script>"&'`,
    series: [
      { name: '<b>&', points: [[end, 1]] },
      { name: '{a}{b|c}', points: [[end, 2]] },
    ],
  },
  'values that are no numbers': {
    ...requests.one,
    series: [
      {
        name: 'x',
        points: [
          [end - 9, Number.NaN],
          [end - 5, Number.POSITIVE_INFINITY],
          [end, 3],
        ],
      },
    ],
  },
  'points out of order and out of time': {
    ...requests.one,
    series: [
      {
        name: 'x',
        points: [
          [end, 1],
          [end - 5_000, 2],
          [0, 9e9],
          [end + 9e9, 9e9],
        ],
      },
    ],
  },
  'an end before its beginning': { ...requests.one, from: end, to: end - 5 },
  'a zone nobody knows': { ...requests.one, timeZone: 'Mars/Olympus' },
  'enormous values': {
    ...requests.two,
    series: [
      {
        name: 'x',
        points: [
          [end - 5_000, 1e300],
          [end, -1e300],
        ],
      },
    ],
  },
  'tiny values': {
    ...requests.dots,
    series: [
      {
        name: 'x',
        points: [
          [end - 5_000, 1e-12],
          [end, 2e-12],
        ],
      },
    ],
  },
  'one value for ever': {
    ...requests.one,
    series: [
      {
        name: 'x',
        points: [
          [end - 5_000, 0],
          [end, 0],
        ],
      },
    ],
  },
  'ten years': { ...requests.one, from: end - 10 * 365 * 86_400_000 },
  'a millisecond': { ...requests.one, from: end - 1 },
};

test.each(Object.entries(odd))('%s make a chart all the same', (_what, request) => {
  const svg = drawSvg(request, end);
  expect(svg.startsWith('<svg')).toBe(true);
  expect(svg).not.toMatch(/NaN|undefined|Infinity|<script|<b>/);
  expect(textsOf(svg).length).toBeLessThan(60);
});
