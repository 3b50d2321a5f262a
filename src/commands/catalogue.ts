export type { ArgDescription, CommandDescription } from './plugins/contract.ts';
