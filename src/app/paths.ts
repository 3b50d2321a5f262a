import { join } from 'node:path';

/** Where everything lies in the data folder. */
export const pathsIn = (data: string) => ({
  data,
  store: join(data, 'quarterdeck.db'),
  files: join(data, 'files'),
  runLogs: join(data, 'runs'),
  digestKey: join(data, 'digest.key'),
  anchor: join(data, 'audit.head'),
  knownHosts: join(data, 'known_hosts'),
  harbour: join(data, 'harbour'),
});

/** The folder of the program itself. */
export const programFolder = join(import.meta.dirname, '..', '..');
