import { describe, expect, it } from 'vitest';
import { createFaults } from '#playbook/faults.ts';
import { createVault, openVault, sealVault } from '#playbook/vault.ts';
import { toJson } from '#playbook/yaml/node.ts';
import { readYaml } from '#playbook/yaml/read.ts';

/** Made by ansible-vault 2.14 with the password `pw` and the id `prod`: `from: ansible`. */
const made = `$ANSIBLE_VAULT;1.2;AES256;prod
30646561613062356539373062306535333764666633633534333163376466353539666631363964
3939306661653866636138633661366163633761646133340a643762666334323631613230653965
38646438613865303435366362303235356538336366396136633033363139303433333465613735
6533393434356163640a643266396534633662336263386634366637366138653463666162666462
3031
`;

const prod = { id: 'prod', password: 'pw' };
const other = { id: 'other', password: 'no' };

describe('a vault', () => {
  it('made by Ansible is opened, whichever password fits', () => {
    expect(openVault(made, [other, prod]).toString()).toBe('from: ansible\n');
    expect(openVault(made, [{ id: 'named otherwise', password: 'pw' }]).toString()).toBe('from: ansible\n');
  });

  it.each(['', 'x', 'exactly sixteen!', 'é ✓\n'.repeat(1000)])('gives back what was sealed: %j', (content) => {
    expect(openVault(sealVault(content, prod), [prod]).toString()).toBe(content);
  });

  it('says which password is missing, and never what it holds', () => {
    expect(() => openVault(made, [other])).toThrow(expect.objectContaining({ code: 'vault.password' }));
    expect(() => openVault(made, [])).toThrow(/\(prod\) needs a password/);
  });

  it.each([
    ['cut', made.slice(0, -20)],
    ['no hexadecimal', made.replace(/\n\d/, '\nz')],
    ['another cipher', made.replace('AES256', 'AES')],
  ])('that is %s is told as broken or closed, not opened', (_, text) => {
    expect(() => openVault(text, [prod])).toThrow(expect.objectContaining({ code: expect.stringMatching(/^vault\./) }));
  });
});

describe('YAML', () => {
  const sealed = (text: string): string => sealVault(text, prod).trim().replaceAll('\n', '\n    ');

  it('opens sealed values and tells what is to be hidden', () => {
    const hidden: string[] = [];
    const faults = createFaults();
    const vault = createVault([prod], (value) => hidden.push(value));
    const node = readYaml(`plain: a\nsecret: !vault |\n    ${sealed('hunter2')}\n`, 'x.yml', faults, vault);
    expect(faults.found).toEqual([]);
    expect(node && toJson(node)).toEqual({ plain: 'a', secret: 'hunter2' });
    expect(hidden).toEqual(['hunter2']);
  });

  it('opens a file that is sealed as a whole', () => {
    const hidden: string[] = [];
    const vault = createVault([prod], (value) => hidden.push(value));
    const node = readYaml(sealVault('a: one\nb: {c: two, d: 3}\n', prod), 'x.yml', createFaults(), vault);
    expect(node && toJson(node)).toEqual({ a: 'one', b: { c: 'two', d: 3 } });
    expect(hidden).toEqual(['one', 'two']);
  });

  it('notes the place of a value that no password opens', () => {
    const faults = createFaults();
    readYaml(`a: 1\nsecret: !vault |\n    ${sealed('x')}\n`, 'x.yml', faults, createVault([other]));
    expect(faults.found).toMatchObject([{ at: { line: 3 }, message: { en: expect.stringContaining('prod') } }]);
  });
});
