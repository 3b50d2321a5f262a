/**
 * Names that are no variable of a person's or a plugin's: they decide how a host is reached and as whom, or tell tasks
 * where they are.
 */
const reserved =
  /^(?:__|ansible_|inventory_|role_)|^(?:hostvars|groups|group_names|playbook_dir|omit|constructor|prototype)$/;

/** May a variable of this name be set from outside a playbook? */
export const mayBeSet = (name: string): boolean => /^[A-Za-z_]\w{0,99}$/.test(name) && !reserved.test(name);
