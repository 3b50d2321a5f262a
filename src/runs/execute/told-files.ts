import type { Task } from '#playbook/tree.ts';

/** Which of the files read so far may be named. */
export interface ToldFiles {
  /** Does what a task reads its files in: where `no_log` hides what it uses, those that only it has read are not named. */
  during<T>(task: Pick<Task, 'noLog'>, work: () => Promise<T>): Promise<T>;
  mayTell(name: string): boolean;
}

/** `names`: of all files read so far. While a task hides what it reads, nobody knows who reads what: none read then is named. */
export function toldFiles(names: () => readonly string[]): ToldFiles {
  const open = new Set<string>();
  const hidden = new Set<string>();
  let hiding = 0;
  const begin = (): void => {
    if (hiding === 0) for (const name of names()) if (!hidden.has(name)) open.add(name);
    hiding += 1;
  };
  const end = (): void => {
    for (const name of names()) if (!open.has(name)) hidden.add(name);
    hiding -= 1;
  };
  return {
    async during(task, work) {
      if (!task.noLog) return work();
      begin();
      try {
        return await work();
      } finally {
        end();
      }
    },
    mayTell: (name) => (hiding > 0 ? open.has(name) : !hidden.has(name)),
  };
}
