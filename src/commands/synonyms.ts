/** Words people say for a command that is called otherwise; it is offered, never done for them. */
const meant: Readonly<Record<string, string>> = {
  reboot: 'restart',
  bounce: 'restart',
  redémarrer: 'restart',
  redémarre: 'restart',
  relancer: 'restart',
  relance: 'restart',
  release: 'deploy',
  ship: 'deploy',
  redeploy: 'deploy',
  déployer: 'deploy',
  déploie: 'deploy',
  undo: 'rollback',
  revert: 'rollback',
  reviens: 'rollback',
  revenir: 'rollback',
  graph: 'metrics',
  chart: 'metrics',
  métriques: 'metrics',
  graphe: 'metrics',
  log: 'logs',
  journaux: 'logs',
  health: 'status',
  état: 'status',
  history: 'runs',
  y: 'yes',
  ok: 'yes',
  n: 'no',
};

/** The command that a word may stand for, where there is one of that name. */
export const synonymOf = (word: string, names: readonly string[]): string | undefined => {
  const key = word.toLowerCase();
  const name = Object.hasOwn(meant, key) ? meant[key] : undefined;
  return name !== undefined && names.includes(name) ? name : undefined;
};
