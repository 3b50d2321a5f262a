/** Drawings of 24 by 24, one stroke wide; shapes differ, so that none is known by colour alone. */
const drawings = {
  wheel: 'M12 3v18M3 12h18M5.6 5.6l12.8 12.8M18.4 5.6 5.6 18.4M12 6.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 8v5M12 7.6v.4',
  good: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8 12.3l2.7 2.7L16 9.6',
  warn: 'M12 4 2.8 20h18.4L12 4Zm0 6v4.5M12 17v.3',
  bad: 'M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3L8.3 3Zm.7 6 6 6m0-6-6 6',
  running: 'M12 3a9 9 0 1 1-8.5 6',
  send: 'M5 12h13M12.5 5.5 19 12l-6.5 6.5',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'm6 6 12 12M18 6 6 18',
  back: 'M15 5l-7 7 7 7',
  down: 'M12 5v14m-6-6 6 6 6-6',
  reply: 'M9 7 4 12l5 5M4.5 12H14a6 6 0 0 1 6 6v1',
  hash: 'M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16',
  runs: 'M7 5l11 7-11 7V5Z',
  audit: 'M6 3h9l4 4v14H6V3Zm3.5 9h6m-6 4h6M14 3v5h5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5-2.7a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4Z',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5V12l3.2 2.2',
  pause: 'M8.5 5v14m7-14v14',
  stopped: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8 12h8',
  copy: 'M9 9h11v11H9V9Zm-5 6V4h11',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  enlarge: 'M14 4h6v6m0-6-7 7M10 20H4v-6m0 6 7-7',
} as const;

export type Drawing = keyof typeof drawings;

/** A drawing beside words that say the same: hidden from screen readers. */
export const Icon = ({ of, class: name = '' }: { of: Drawing; class?: string }) => (
  <svg class={`icon icon-${of} ${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={drawings[of]} />
  </svg>
);
