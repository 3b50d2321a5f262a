import { posix } from 'node:path';

const forms = [
  /\bimport\s+(type\s+)?(?:([\w$*{},\s]+?)\s*\bfrom\s*)?(['"])([^'"\n]+)\3/g,
  /\bexport\s+(type\s+)?(\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*(['"])([^'"\n]+)\3/g,
  /\bimport\s*(\()(\s*)(['"])([^'"\n]+)\3\s*\)/g,
];

/** The imports of a file: line, what is named, and whether only types come in. */
export function importsOf(text) {
  const code = withoutComments(text);
  return forms
    .flatMap((form) =>
      [...code.matchAll(form)].map((match) => ({
        line: code.slice(0, match.index).split('\n').length,
        specifier: match[4],
        typeOnly: match[1] === '(' ? false : match[1] !== undefined || onlyTypes(match[2]),
      })),
    )
    .sort((a, b) => a.line - b.line);
}

/** `{ type A, type B }` */
const onlyTypes = (names) => /^\s*\{\s*(type\s+[^,}]+,?\s*)+\}\s*$/.test(names ?? '');

/** Comments blanked out, line breaks kept, so that an example in a comment is no import. */
const withoutComments = (text) =>
  text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/^(\s*)\/\/.*$/gm, '$1');

/** The file of ours that an import names, from the top of the checkout; undefined for a package. */
export function targetOf(specifier, from) {
  if (specifier === '#kit') return 'src/kit/index.ts';
  if (specifier === '#testing') return 'src/app/testing.ts';
  if (specifier.startsWith('#test/')) return specifier.slice(1);
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier));
  return undefined;
}
