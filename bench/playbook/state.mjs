// What a run left on the hosts, to be the same whoever played.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The handler writes the time into it. */
const clockFile = 'restarted';

function entryOf(path, root) {
  const found = lstatSync(path);
  const mode = (found.mode & 0o7777).toString(8);
  if (found.isSymbolicLink()) return `link to ${relative(root, readlinkSync(path))}`;
  if (found.isDirectory()) return `folder ${mode}`;
  return `file ${mode} ${readFileSync(path, 'utf8')}`;
}

/** Everything below a host's root: name, kind, mode and content. */
export const stateOf = ({ root }) =>
  Object.fromEntries(
    readdirSync(root, { recursive: true })
      .sort()
      .map((name) => [name, entryOf(join(root, name), root)]),
  );

const timeless = (state, name) => {
  const text = JSON.stringify({ ...state, [clockFile]: clockFile in state }).replaceAll('\\n', '\n');
  return text.replaceAll(name, 'HOST');
};

/** Throws when a host is not as the first host was after the first player's run. */
export function createStateCheck() {
  let wanted;
  return (host) => {
    const left = timeless(stateOf(host), host.name);
    wanted ??= left;
    if (left !== wanted) throw new Error(`${host.name} was left otherwise:\n${left}\nnot\n${wanted}`);
  };
}
