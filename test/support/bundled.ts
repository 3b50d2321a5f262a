/** Bundled plugins for the tests of others: a plugin's own folder imports no other plugin. */
export { default as machine } from '../../plugins/machine/index.ts';
export { default as run } from '../../plugins/run/index.ts';
