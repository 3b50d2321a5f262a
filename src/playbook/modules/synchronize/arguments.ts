import type { Json, JsonObject } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import type { Controller, ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';
import { type LocalArgs, prepareLocal } from './local.ts';
import { optionsOf, refuseOptions } from './options.ts';
import { type PushArgs, preparePush } from './push.ts';

const otherwise =
  (said: (value: Json) => boolean, en: string, fr: string) =>
  (value: Json): Text | undefined =>
    said(value) ? undefined : t(`synchronize: ${en}`, `synchronize : ${fr}`);

const never = (): boolean => false;

const place = otherwise(
  (value) => !/^[^/]*:/.test(String(value)) && String(value) !== '',
  'src and dest are paths, without a host or rsync:// before them: the hosts are those of the task',
  'src et dest sont des chemins, sans hôte ni rsync:// devant : les hôtes sont ceux de la tâche',
);

/** The arguments of `synchronize`. Of those about a connection of rsync's own only what holds for ours is taken. */
export const synchronizeArguments = {
  src: { type: 'path', required: true, refuse: place },
  dest: { type: 'path', required: true, refuse: place },
  mode: { type: 'str', default: 'push', choices: ['push', 'pull'] },
  archive: { type: 'bool', default: true },
  checksum: { type: 'bool', default: false },
  /** Nothing but the way is shorter: files are the same. */
  compress: { type: 'bool', default: true },
  existing_only: { type: 'bool', default: false },
  delete: { type: 'bool', default: false },
  dirs: { type: 'bool', default: false },
  recursive: { type: 'bool' },
  links: { type: 'bool' },
  copy_links: { type: 'bool', default: false },
  perms: { type: 'bool' },
  times: { type: 'bool' },
  owner: { type: 'bool' },
  group: { type: 'bool' },
  rsync_opts: { type: 'list', default: [], refuse: refuseOptions },
  rsync_timeout: { type: 'int', default: 0 },
  partial: { type: 'bool', default: false },
  link_dest: { type: 'list', default: [] },
  delay_updates: { type: 'bool', default: true },
  rsync_path: {
    type: 'str',
    refuse: otherwise(
      never,
      'rsync_path names a program for the other end, where none is run; to be another user there, write become: true',
      'rsync_path nomme un programme pour l’autre bout, où aucun n’est lancé ; pour y être un autre compte, écrivez become: true',
    ),
  },
  private_key: {
    type: 'path',
    refuse: otherwise(
      never,
      'files go over the bot’s own connection: name the key in the inventory, by ansible_ssh_private_key_file',
      'les fichiers passent par la connexion du bot : nommez la clé dans l’inventaire, par ansible_ssh_private_key_file',
    ),
  },
  dest_port: {
    type: 'int',
    refuse: otherwise(
      never,
      'files go over the bot’s own connection: name the port in the inventory, by ansible_port',
      'les fichiers passent par la connexion du bot : nommez le port dans l’inventaire, par ansible_port',
    ),
  },
  set_remote_user: {
    type: 'bool',
    default: true,
    refuse: otherwise(
      (value) => value === true,
      'the account is that of the inventory: leave set_remote_user out',
      'le compte est celui de l’inventaire : retirez set_remote_user',
    ),
  },
  verify_host: {
    type: 'bool',
    refuse: otherwise(
      (value) => value === true,
      'host keys are always checked: leave verify_host out',
      'les clés d’hôte sont toujours vérifiées : retirez verify_host',
    ),
  },
  use_ssh_args: {
    type: 'bool',
    refuse: otherwise(
      (value) => value === true,
      'the connection is always as the inventory says: leave use_ssh_args out',
      'la connexion est toujours celle de l’inventaire : retirez use_ssh_args',
    ),
  },
} satisfies Record<string, ModuleArg>;

/** What `synchronize` works on: files of the controller for a host, or two places of one host. */
export type SynchronizeArgs = PushArgs | LocalArgs;

const elsewhere = (delegate: string) =>
  delegate === 'localhost' || delegate === '127.0.0.1'
    ? wrong(
        'synchronize: files of the bot go to the host without delegate_to: leave it out.',
        'synchronize : les fichiers du bot vont vers l’hôte sans delegate_to : retirez-le.',
      )
    : wrong(
        `synchronize: files do not go from ${delegate} to another host: run it on one host with delegate_to: "{{ inventory_hostname }}", or push from beside the playbook.`,
        `synchronize : les fichiers ne vont pas de ${delegate} à un autre hôte : restez sur un hôte avec delegate_to: "{{ inventory_hostname }}", ou envoyez depuis le dossier du playbook.`,
      );

const unPulled = () =>
  wrong(
    'synchronize: mode pull works where both ends are on one host; bring files of a host here with fetch.',
    'synchronize : le mode pull marche quand les deux bouts sont sur un hôte ; récupérez les fichiers d’un hôte avec fetch.',
  );

/** Reads what is to be the same elsewhere. Throws a Fault for what nobody would carry out. */
export const prepareSynchronize = async (args: JsonObject, controller: Controller): Promise<SynchronizeArgs> => {
  const { host, delegate } = controller;
  const written = Array.isArray(args.rsync_opts) ? args.rsync_opts.map(String) : [];
  const options = optionsOf(written);
  if (delegate !== undefined && delegate !== host) throw elsewhere(delegate);
  if (delegate !== undefined) return prepareLocal(args, options);
  if (args.mode === 'pull') throw unPulled();
  return preparePush(args, options, controller);
};
