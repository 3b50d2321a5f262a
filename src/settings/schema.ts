import { z } from 'zod';
import { usualData } from './paths.ts';
import { personSchema, roleSchema, ruleSchema } from './schema-policy.ts';
import { channelName, listenAddress, size, text, words } from './schema-words.ts';

const port = z.number().int().min(0).max(65_535);

const server = z
  .strictObject({
    host: listenAddress
      .default('127.0.0.1')
      .describe('The address to listen on. Only this machine unless told otherwise.'),
    port: port
      .default(3000)
      .describe('The port to listen on; 0 takes any free one. `QUARTERDECK_PORT` goes before it.'),
    url: z
      .url({ protocol: /^https?$/ })
      .exactOptional()
      .describe('The public address, when a proxy stands in front: `https://bot.example.org`.'),
  })
  .prefault({});

const plugins = z
  .strictObject({
    folders: z.array(text).default(['./plugins']).describe('Folders whose subfolders are plugins.'),
    disable: z.array(text).default([]).describe('Names of plugins that are not loaded.'),
    settings: z
      .record(z.string(), z.unknown())
      .default({})
      .describe("Each plugin's own settings, by the plugin's name; the plugin checks them."),
    seconds: z.number().min(1).max(600).default(20).describe('How long one answer of a plugin may take, in seconds.'),
  })
  .prefault({});

const ansible = z
  .strictObject({
    playbooks: z
      .array(text)
      .default([])
      .describe(
        'Playbooks with `engine: ansible` that may be ordered in chat, by their paths in the playbooks folder. Who can change such a playbook, or a file it uses, can run programs as the bot’s user.',
      ),
    program: text
      .exactOptional()
      .describe('The path of `ansible-playbook`; without it, the first on the `PATH` is taken.'),
  })
  .prefault({});

const ssh = z
  .strictObject({
    user: text.exactOptional().describe('The login user of hosts whose inventory names none.'),
    identityFiles: z
      .array(text)
      .default([])
      .describe('Private keys, tried in order; without any, ~/.ssh/id_ed25519, id_ecdsa and id_rsa.'),
    agent: z.boolean().default(true).describe('Whether the keys of a running ssh-agent are tried.'),
    knownHosts: z
      .array(text)
      .default([])
      .describe(
        "Files that vouch for host keys; when empty, the data folder's `known_hosts` and `~/.ssh/known_hosts`.",
      ),
    connectSeconds: z.number().min(1).max(120).default(10).describe('How long connecting may take, in seconds.'),
    keepaliveSeconds: z.number().min(1).max(60).default(5).describe('Seconds between two signs of life.'),
    keepaliveCount: z
      .number()
      .int()
      .min(1)
      .max(10)
      .default(3)
      .describe('Unanswered signs before a host is unreachable.'),
  })
  .prefault({});

const channel = z.strictObject({
  name: channelName.describe('Lower case letters, digits and dashes.'),
  about: words.exactOptional().describe('One line under the name; `{ en: …, fr: … }` says it in both languages.'),
});

const console = z
  .strictObject({
    channels: z
      .array(channel)
      .min(1)
      .default([{ name: 'ops' }])
      .describe('The channels of the web console.'),
    sessionHours: z.number().min(1).max(8760).default(720).describe('How long a login lasts, in hours.'),
  })
  .prefault({});

const keep = z
  .strictObject({
    days: z.number().int().min(1).max(3650).default(90).describe('How long what is over is kept, in days.'),
    files: size
      .default('500 MB')
      .describe('How much room pictures may take, as `500 MB` or `2 GB`; the oldest go first.'),
  })
  .prefault({});

/**
 * The whole configuration. Every field has a default, so an empty file is a valid one; every field has a description,
 * from which docs/configuration.md is made. Paths are as written here; `loadSettings` makes them absolute.
 */
export const settingsSchema = z.strictObject({
  language: z.enum(['en', 'fr']).default('en').describe('The language of people who have not chosen one.'),
  data: text.default(usualData).describe('The folder of everything the bot keeps. `QUARTERDECK_DATA` goes before it.'),
  server: server.describe('The one HTTP server: console, API, hooks, health.'),
  inventory: z.array(text).default([]).describe('Inventory files or folders, in Ansible’s INI or YAML.'),
  playbooks: text.default('./playbooks').describe('The folder of the playbooks that can be run.'),
  vault: z
    .record(z.string(), text)
    .default({})
    .describe(
      'Passwords of Ansible Vault by id (`default` for vaults without one); write `${file:path}`, not the password.',
    ),
  plugins: plugins.describe('Which plugins are loaded, and their settings.'),
  ssh: ssh.describe('How hosts are reached.'),
  ansible: ansible.describe('What is handed to a real `ansible-playbook`.'),
  people: z.array(personSchema).default([]).describe('Who is known, and what roles they have.'),
  roles: z.record(z.string(), roleSchema).default({}).describe('What each role may do, by the role’s name.'),
  rules: z.array(ruleSchema).default([]).describe('What more is asked of a change before it runs.'),
  console: console.describe('The web console.'),
  keep: keep.describe('What of the past is kept: the audit always, and whatever waits.'),
  secrets: z
    .record(z.string(), text)
    .default({})
    .describe('Secrets by name; write `${env:NAME}` or `${file:path}` rather than the secret.'),
  harbour: z
    .literal([true, false, 'auto'])
    .default('auto')
    .describe('The demo fleet; `auto` opens it when there is no configuration file.'),
});

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The checked configuration; all paths are absolute. */
export type Settings = DeepReadonly<z.output<typeof settingsSchema>>;
