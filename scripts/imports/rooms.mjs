/** What each room of src/ may import of the others: the table of the design. `app` is not in it: it may import all. */
export const rooms = {
  core: [],
  settings: ['core'],
  kit: ['core'],
  commands: ['core', 'kit', 'policy', 'audit'],
  policy: ['core'],
  audit: ['core'],
  playbook: ['core'],
  runs: ['core', 'playbook', 'audit'],
  alerts: ['core', 'audit'],
  schedule: ['core', 'audit'],
  chat: ['core'],
  ssh: ['core'],
  store: ['core'],
  http: ['core'],
  charts: ['core'],
  harbour: ['core'],
};

/** Rooms that touch the outside world. */
export const edges = ['chat', 'ssh', 'store', 'http', 'charts', 'harbour'];

/** Packages that belong to some rooms only, each with the reason. */
export const packages = [
  { name: /^(ssh2)$/, rooms: ['ssh', 'harbour'], why: 'hosts are reached through the interface of #core/ssh.ts.' },
  {
    name: /^(kysely|node:sqlite|pg|pg-boss)$/,
    rooms: ['store'],
    why: 'the room store is the only one that knows SQL.',
  },
  {
    name: /^(fastify|@fastify\/.*)$/,
    rooms: ['http'],
    why: 'routes are data (#core/http.ts) and the room http serves them.',
  },
  {
    name: /^(echarts|@resvg\/.*|@expo-google-fonts\/.*)$/,
    rooms: ['charts'],
    why: 'pictures are drawn in the room charts.',
  },
  { name: /^(preact|@preact\/.*)(\/.*)?$/, rooms: ['chat'], why: 'it belongs to the console page.' },
  { name: /^(pino|prom-client)(\/.*)?$/, rooms: ['http'], why: 'logs and figures are handed over by app.' },
  { name: /^(node-cron)$/, rooms: ['schedule'], why: 'clocks tick in the room schedule.' },
];
