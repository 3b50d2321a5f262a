/** Lookups that give the values of variables whose names are not in the template. */
export const reaching: ReadonlySet<string> = new Set(['vars', 'varnames', 'template']);

/** Names by which a template may reach any variable: `hostvars`, `vars`, and the lookups that do. */
export const reachesAnything: ReadonlySet<string> = new Set(['hostvars', 'vars', 'lookup', 'query', 'q']);
