import { createCharts } from '#charts/charts.ts';
import { silentLog } from '#core/log.ts';
import { requests } from './requests.ts';

/** A process that draws one chart, says so, and lives on: for a test that kills it. */
const charts = createCharts({ log: silentLog });
await charts.png(requests.one, new AbortController().signal);
console.log('drawn');
setInterval(() => {}, 1_000);
