import { edges, packages, rooms } from './rooms.mjs';

const standsAlone =
  'core imports nothing of ours, and no package but those that only compute: everything else stands on it.';
const computing = ['fastest-levenshtein', 'yaml'];

const page = 'src/chat/console/page/';

/**
 * Why an import may not be, as a sentence for whoever trips it; undefined when it may.
 * `found` is {from, specifier, target, typeOnly}: `target` is a path of ours, or undefined for a package.
 */
export function whyForbidden(found) {
  const [top, second] = found.from.split('/');
  if (top === 'plugins' || top === 'examples') return ofPlugin(found, `${top}/${second}/`);
  if (top !== 'src') return undefined;
  if (found.from.startsWith(page)) return ofPage(found);
  if (second !== 'app' && rooms[second] === undefined)
    return `src/${second} is not a room of the design: put the file into the room it belongs to, or add the room to scripts/imports/rooms.mjs with its line in the design.`;
  return found.target === undefined ? ofPackage(found, second) : ofRoom(found, second);
}

function ofPlugin({ from, specifier, target }, own) {
  if (specifier === '#kit' || specifier.startsWith('node:') || target?.startsWith(own)) return undefined;
  if (from.endsWith('.test.ts') && (specifier === 'vitest' || specifier === '#testing' || target?.startsWith('test/')))
    return undefined;
  return 'a plugin imports #kit, Node and its own files, nothing else: what a bundled plugin can do, anyone’s can. What is missing belongs into the kit.';
}

function ofPage({ specifier, target, typeOnly }) {
  if (/^(preact|@preact\/signals)(\/|$)/.test(specifier) || specifier === 'vite' || target?.startsWith(page))
    return undefined;
  if (typeOnly && (target === 'src/chat/console/protocol.ts' || target?.startsWith('src/core/'))) return undefined;
  return 'the console page runs in a browser: it imports preact, its own files, and types of ../protocol.ts and #core.';
}

function ofPackage({ specifier }, room) {
  if (room === 'app' || (specifier.startsWith('node:') && specifier !== 'node:sqlite')) return undefined;
  if (room === 'core' && !computing.includes(specifier)) return standsAlone;
  const owner = packages.find(({ name }) => name.test(specifier));
  if (owner === undefined || owner.rooms.includes(room)) return undefined;
  return `${specifier} is for ${owner.rooms.map((name) => `src/${name}`).join(' and ')} only: ${owner.why}`;
}

function ofRoom({ specifier, target }, room) {
  const [top, to] = target.split('/');
  if (top !== 'src') return `src/ imports nothing of ${top}/: the program does not know what surrounds it.`;
  if (to === room)
    return specifier.startsWith('.')
      ? undefined
      : `within a room imports are relative: write a path that begins with ./ or ../.`;
  if (specifier.startsWith('.'))
    return `an import that leaves its room names the other one: write #${target.slice('src/'.length)}.`;
  if (room === 'app' || rooms[room].includes(to)) return undefined;
  return between(room, to);
}

function between(room, to) {
  if (to === 'app') return 'nothing imports app: it constructs everything and hands it over as an argument.';
  if (room === 'core') return standsAlone;
  if (edges.includes(room))
    return `${room} is an edge, and an edge knows core alone: implement an interface of core, and app hands it to whoever needs it.`;
  if (edges.includes(to))
    return `${room} never imports the edge ${to}: use its interface from core, and let app hand it over.`;
  return `${room} imports ${rooms[room].join(', ')} only: what both need belongs into core, or app hands it over.`;
}
