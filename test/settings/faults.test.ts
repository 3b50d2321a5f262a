import { describe, expect, it } from 'vitest';
import { describeFaults } from '#settings/faults.ts';
import { faultsOf } from './folder.ts';

const said = async (...args: Parameters<typeof faultsOf>) => describeFaults(await faultsOf(...args), 'en').split('\n');

const many = `langage: en
server:
  prot: 3000
  url: ftp://x
port: 5
people:
  - id: ada
    roles: [opertor]
roles:
  operator: { allow: [{ permission: Deploy, on: [] }] }
rules:
  - name: databases
    when: { risc: grave }
    require: { by: [operator] }
    within: 5 minutes
secrets:
  db: \${env:NOPE}
harbour: maybe
`;

describe('faults', () => {
  it('are told all at once, in reading order, with line, column and the nearest right key', async () => {
    expect(await said(many)).toEqual([
      'q.yaml:1:1 There is no key "langage" at the top. Did you mean "language"?',
      'q.yaml:3:3 There is no key "prot" in server. Did you mean "port"?',
      'q.yaml:4:8 server.url must be an address such as https://bot.example.org, not the text "ftp://x".',
      'q.yaml:5:1 There is no key "port" at the top. Did you mean "server.port"?',
      'q.yaml:7:5 people[0].name is missing: it takes text.',
      'q.yaml:7:9 people[0].id must be an identity such as console:local:ada (platform:workspace:user, no “:” or “#” within a part) or service:backup, not the text "ada".',
      'q.yaml:8:13 There is no role "opertor". Did you mean "operator"?',
      'q.yaml:10:37 roles.operator.allow[0].permission must be a permission such as deploy.run, deploy.* or *, not the text "Deploy".',
      'q.yaml:10:49 roles.operator.allow[0].on must be a list of at least 1, not an empty list.',
      'q.yaml:13:13 There is no key "risc" in rules[0].when. Did you mean "risk"?',
      'q.yaml:14:20 rules[0].require.by must be beside a number of approvals, not a list.',
      'q.yaml:15:13 rules[0].within must be a time such as 90s, 15m, 2h or 1d, from 1 minute to 7 days, not the text "5 minutes".',
      'q.yaml:17:7 The environment variable NOPE is not set. Set it before starting, or use ${file:path}.',
      'q.yaml:18:10 harbour must be true, false or auto, not the text "maybe".',
    ]);
  });

  it('speak French too, the same number of sentences', async () => {
    const faults = await faultsOf(many);
    const french = describeFaults(faults, 'fr').split('\n');
    expect(french).toHaveLength(14);
    expect(french[1]).toBe('q.yaml:3:3 Il n’y a pas de clé « prot » dans server. Vouliez-vous dire « port » ?');
    for (const line of french) expect(line).not.toMatch(/There is|must be|undefined/);
  });

  it.each([
    ['server: { port: "3000" }', 'q.yaml:1:17 server.port must be a number, not the text "3000".'],
    [
      'console: { channels: [{ name: ops, about: { en: All } }] }',
      'q.yaml:1:43 console.channels[0].about must be words, or { en: …, fr: … }, not a map of keys.',
    ],
    [
      'rules: [{ name: x, require: { approvals: 1 }, within: 10 }]',
      'q.yaml:1:55 rules[0].within must be a time such as 90s, 15m, 2h or 1d, from 1 minute to 7 days, not 10.',
    ],
    ['keep: { files: 500 }', 'q.yaml:1:16 keep.files must be a size such as 500 MB or 2 GB, not 500.'],
    [
      'people: [{ id: 7, name: x }]',
      'q.yaml:1:16 people[0].id must be an identity such as console:local:ada (platform:workspace:user, no “:” or “#” within a part) or service:backup, not 7.',
    ],
    [
      'people: [{ name: x }]',
      'q.yaml:1:10 people[0].id is missing: it takes an identity such as console:local:ada (platform:workspace:user, no “:” or “#” within a part) or service:backup.',
    ],
    ['server: { port: 3.5 }', 'q.yaml:1:17 server.port must be a whole number, not 3.5.'],
    ['server: { port: 99999 }', 'q.yaml:1:17 server.port must be at most 65535, not 99999.'],
    ['server: [a]', 'q.yaml:1:9 server must be a map of keys, not a list.'],
    ['inventory: hosts.ini', 'q.yaml:1:12 inventory must be a list, not the text "hosts.ini".'],
    ['ssh: { agent: "yes" }', 'q.yaml:1:15 ssh.agent must be true or false, not the text "yes".'],
    ['ssh: { known_hosts: [] }', 'q.yaml:1:8 There is no key "known_hosts" in ssh. Did you mean "knownHosts"?'],
    [
      'ssh: { zzzzzzzz: 1 }',
      'q.yaml:1:8 There is no key "zzzzzzzz" in ssh. There are: user, identityFiles, agent, knownHosts, connectSeconds, keepaliveSeconds, keepaliveCount.',
    ],
    ['language: de', 'q.yaml:1:11 language must be en or fr, not the text "de".'],
    ['language: fr-FR', 'q.yaml:1:11 language must be en or fr, not the text "fr-FR". Did you mean "fr"?'],
    ['data: ""', 'q.yaml:1:7 data must be a text that is not empty, not an empty text.'],
    [
      'console: { channels: [{ name: "Ops Team" }] }',
      'q.yaml:1:31 console.channels[0].name must be lower case letters, digits and dashes, 40 at most, not the text "Ops Team".',
    ],
    [
      'people: [{ id: "console:local:a:b", name: x }]',
      'q.yaml:1:16 people[0].id must be an identity such as console:local:ada (platform:workspace:user, no “:” or “#” within a part) or service:backup, not the text "console:local:a:b".',
    ],
    [
      'people: [{ id: "console:local:a#2", name: x }]',
      'q.yaml:1:16 people[0].id must be an identity such as console:local:ada (platform:workspace:user, no “:” or “#” within a part) or service:backup, not the text "console:local:a#2".',
    ],
    [
      'people: [{ id: "service:a:b", name: x }]',
      'q.yaml:1:16 people[0].id must be an identity such as console:local:ada (platform:workspace:user, no “:” or “#” within a part) or service:backup, not the text "service:a:b".',
    ],
    [
      'people: [{ id: "service:a", name: x, timeZone: Mars/Olympus }]',
      'q.yaml:1:48 people[0].timeZone must be a time zone such as Europe/Paris, not the text "Mars/Olympus".',
    ],
    [
      'people: [{ id: "service:a", name: x }, { id: "service:a", name: y }]',
      'q.yaml:1:46 "service:a" is in this list a second time.',
    ],
    ...['not a host!', '[::1]', '127.0.0.300', 'http://a', '-a', 'a:3000'].map((host): [string, string] => [
      `server: { host: "${host}" }`,
      `q.yaml:1:17 server.host must be an address such as 127.0.0.1, 0.0.0.0 or ::, or a host name, not the text "${host}".`,
    ]),
    ['console: { channels: [{ name: a }, { name: a }] }', 'q.yaml:1:44 "a" is in this list a second time.'],
    [
      'rules: [{ name: x, require: {} }]',
      'q.yaml:1:29 rules[0].require must be a map with confirmation or approvals, not a map of keys.',
    ],
    ['rules: [{ name: x }]', 'q.yaml:1:9 rules[0].require is missing: it takes a map of keys.'],
    [
      'rules: [{ name: x, require: { confirmation: true }, within: 8d }]',
      'q.yaml:1:61 rules[0].within must be a time such as 90s, 15m, 2h or 1d, from 1 minute to 7 days, not the text "8d".',
    ],
    ['- a', 'q.yaml:1:1 The configuration must be a map of keys, not a list.'],
    ['hello', 'q.yaml:1:1 The configuration must be a map of keys, not the text "hello".'],
  ])('of the shape: %s', async (yaml, sentence) => {
    expect(await said(yaml)).toEqual([sentence]);
  });

  it.each([
    ['language: en\nlanguage: fr', 'q.yaml:2:1 The key "language" is here a second time.'],
    ['server:\n\tport: 1', 'q.yaml:2:1 A tab is used to indent. Use spaces.'],
    [
      'data: a: b',
      'q.yaml:1:7 There are two “key: value” on one line. If the second colon belongs to the value, put the value in quotes; else look how the next line is indented.',
    ],
    ['data: @x', 'q.yaml:1:7 A value cannot begin with this character. Put the value in quotes.'],
    ['data: "x', 'q.yaml:1:7 The text in quotes that begins here is not closed. Its closing quote is missing.'],
    [
      'people:\n  - id: console:local:ada\n    name: A\n   timeZone: x',
      'q.yaml:4:1 The indentation does not fit the lines above.',
    ],
    ['server: { port: 1\nlanguage: en', 'q.yaml:2:1 A “{” above is not closed. Close it with “}”.'],
    ['data: x\n\tserver: 1\nlanguage: fr', 'q.yaml:2:1 A tab is used to indent. Use spaces.'],
    ['data: !secret x', 'q.yaml:1:7 Tags (!name) are not understood in a configuration.'],
    ['data: x\n---\ndata: y', 'q.yaml:2:1 A configuration is one YAML document; a second one begins here.'],
    ['? [a, b]\n: 1', 'q.yaml:1:3 A key must be one word.'],
    ['data: *gone', 'q.yaml:1:7 There is no anchor &gone above.'],
    ['plugins: { settings: { a: .inf } }', 'q.yaml:1:27 This is not a value that a configuration can hold.'],
    ['__proto__: { language: xx }', 'q.yaml:1:1 A key cannot be called __proto__.'],
  ])('of the YAML: %s', async (yaml, sentence) => {
    expect((await said(yaml))[0]).toBe(sentence);
  });

  it('tell two people of one name, who may be one', async () => {
    const [ada, root] = ["{ id: 'console:local:ada', name: Ada }", "{ id: 'cli:local:root', name: ' ada ' }"];
    expect(await said(`people: [${ada}, ${root}]`)).toEqual([
      `q.yaml:1:80 Two people are called " ada ". If they are one, write also: ['cli:local:root'] at the first and leave this one out; else give them names that differ.`,
    ]);
    const both = "{ id: 'console:local:ada', also: ['cli:local:root'], name: Ada }";
    expect((await said(`people: [${both}]`)).join('')).toBe('');
    expect((await said(`people: [${both}, ${root.replace(' ada ', 'Root')}]`))[0]).toContain('a second time');
  });

  it('tell a duplicate key together with what is wrong elsewhere', async () => {
    expect(await said('language: en\nlanguage: fr\nprot: 1')).toHaveLength(2);
  });

  it('never show a value that came from outside, or a plugin’s', async () => {
    const lines = await said(
      'language: ${env:S}\nplugins: { settings: hunter2secret }\nsecrets: { a: [hunter2secret] }\nssh: { agent: "${env:S}" }',
      { env: { S: 'hunter2secret' } },
    );
    expect(lines).toHaveLength(4);
    expect(lines.join()).not.toContain('hunter2secret');
  });

  it('take keys that every object of JavaScript has for what they are: unknown', async () => {
    const lines = await said('constructor: "${env:A}"\ntoString: 1', { env: { A: '1' } });
    expect(lines[0]).toMatch(/^q\.yaml:1:1 There is no key "constructor" at the top\./);
    expect(lines[1]).toMatch(/^q\.yaml:2:1 There is no key "toString" at the top\./);
  });

  it('know the roles of the demo fleet to be elsewhere', async () => {
    expect(await faultsOf('harbour: true\npeople: [{ id: "service:a", name: a, roles: [operator] }]')).toEqual([]);
  });
});

describe('hostile files', () => {
  const bomb = [
    'a: &a0 [x, x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 9 }, (_, i) => `b${i}: &a${i + 1} [${`*a${i},`.repeat(10)}]`),
  ].join('\n');

  it.each([
    ['aliases of aliases of aliases', bomb],
    ['an alias of itself', 'plugins: { settings: &a { b: *a } }'],
    ['deep nesting', `plugins: { settings: ${'{a: '.repeat(100)}1${'}'.repeat(100)} }`],
    ['very deep nesting', `data: ${'['.repeat(100_000)}`],
    ['a merge of itself', 'plugins: &a { <<: *a }'],
  ])(
    'are refused with few faults: %s',
    async (_what, yaml) => {
      const faults = await faultsOf(yaml);
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.length).toBeLessThanOrEqual(12);
    },
    // Without the limits these never end, or fill the memory: no machine is so slow that this bound tells nothing.
    120_000,
  );

  it('keep their number of faults readable when one mistake has a thousand consequences', async () => {
    expect((await faultsOf(`data: ${'['.repeat(2000)}`)).length).toBeLessThanOrEqual(10);
  });
});
