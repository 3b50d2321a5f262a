import type { Fields } from './fields.ts';

/** The folders of system tools, which the shell of a user who is not root may not look in. */
export const toolPath = 'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH LC_ALL=C LANGUAGE=C';

/** Ends the probe with the name of a tool the host lacks: `need apt-get`. */
export const needFunction =
  'need() { command -v "$1" >/dev/null 2>&1 || { printf "missing=%s\\n" "$1"; echo end; exit 0; }; }';

/** Prints what comes in as a raw text: `… | say KEY`. */
export const sayFunction = `say() { echo "raw=$1"; { cat; echo x; } | sed 's/^/|/'; }`;

/** The sentence for a tool the host lacks; undefined when everything is there. */
export const missingTool = (fields: Fields, module: string, advice: string): string | undefined => {
  const tool = fields.get('missing');
  return tool === undefined ? undefined : `${module}: the host has no ${tool}. ${advice}`;
};
