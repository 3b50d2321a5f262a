import { posix } from 'node:path';

/**
 * Circles of imports that span more than one folder. `graph` maps a file to the files it imports.
 * Each is given as its files, once, beginning with the first by name.
 */
export function folderCycles(graph) {
  return components(graph)
    .filter((files) => new Set(files.map((file) => posix.dirname(file))).size > 1)
    .map((files) => circle(files, graph));
}

/** Tarjan's strongly connected components of two files and more. */
function components(graph) {
  const order = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (file) => {
    order.set(file, order.size);
    low.set(file, order.get(file));
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)));
    }
    if (low.get(file) === order.get(file)) found.push(stack.splice(stack.indexOf(file)));
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found.filter((files) => files.length > 1);
}

/** One way round: from the first file, always to an import within the component, until it closes. */
function circle(files, graph) {
  const [start] = [...files].sort();
  const queue = [[start]];
  for (const path of queue)
    for (const next of graph.get(path.at(-1)) ?? []) {
      if (next === start) return path;
      if (files.includes(next) && !path.includes(next)) queue.push([...path, next]);
    }
  return files;
}
