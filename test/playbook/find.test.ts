import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPlaybook, listPlaybooks, withExtension } from '#playbook/parse.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'playbooks-')));
const root = join(folder, 'playbooks');

beforeAll(() => {
  mkdirSync(join(root, 'shop'), { recursive: true });
  mkdirSync(join(root, 'roles/x/tasks'), { recursive: true });
  writeFileSync(join(root, 'site.yml'), '---\n# Brings the whole site up\n- hosts: all\n');
  writeFileSync(join(root, 'shop/deploy.yml'), '- name: Deploy the shop\n  hosts: web\n');
  writeFileSync(join(root, 'shop/deploy.cases.yml'), '- hosts: web\n');
  writeFileSync(join(root, 'broken.yaml'), '- hosts: [\n');
  writeFileSync(join(root, 'vars.yml'), 'a: 1\n');
  writeFileSync(join(root, 'roles/x/tasks/main.yml'), '- hosts: all\n');
  writeFileSync(join(folder, 'secret.yml'), '- hosts: all\n');
  symlinkSync(join(folder, 'secret.yml'), join(root, 'link.yml'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the playbooks folder', () => {
  it('lists playbooks with their first comment or the name of their first play', async () => {
    expect(await listPlaybooks(root)).toEqual([
      { name: 'broken', about: '' },
      { name: 'shop/deploy', about: 'Deploy the shop', hosts: ['web'] },
      { name: 'site', about: 'Brings the whole site up', hosts: ['all'] },
    ]);
  });

  it.each([
    ['- hosts: web:db:!web-2\n- hosts: [web, mail]\n', ['web', 'db', 'mail']],
    ['- hosts: "{{ where }}"\n', undefined],
    ['- hosts: web[0:2]\n', undefined],
    ['- hosts: web\n- import_playbook: other.yml\n', undefined],
  ])('of %j it says for which hosts it is, where the text tells that', async (text, hosts) => {
    const own = join(folder, 'meant');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'one.yml'), text);
    expect((await listPlaybooks(own))[0]?.hosts).toEqual(hosts);
  });

  it.each(['site', 'site.yml', './site.yml', 'shop/deploy', 'shop/../site', 'broken'])('finds %s', async (name) => {
    expect(await findPlaybook(root, name)).toMatchObject({ ok: true });
  });

  it.each(['../secret', '../secret.yml', 'shop/../../secret.yml', '/etc/passwd', '..', '', 'link.yml', 'link'])(
    'refuses %j, which leads outside',
    async (name) => {
      const found = await findPlaybook(root, name);
      expect(found.ok ? 'found' : found.refusal.code).toMatch(/^playbook\.(outside|not_found)$/);
    },
  );

  it('names the nearest when there is none of that name', async () => {
    const found = await findPlaybook(root, 'shop/deplyo');
    expect(found).toMatchObject({
      ok: false,
      refusal: { code: 'playbook.not_found', details: { nearest: 'shop/deploy' } },
    });
  });

  it('says of a folder that it is one, and what is in it', async () => {
    expect(await findPlaybook(root, 'shop/')).toMatchObject({
      ok: false,
      refusal: {
        code: 'playbook.folder',
        say: { en: '“shop” is a folder, and no playbook.' },
        next: { en: 'Name one in it: shop/deploy.yml' },
      },
    });
    symlinkSync(folder, join(root, 'out'));
    expect(await findPlaybook(root, 'out')).toMatchObject({ refusal: { code: 'playbook.not_found' } });
    rmSync(join(root, 'out'));
    expect(await findPlaybook(root, 'roles')).toMatchObject({
      refusal: { next: { en: 'There is no playbook in it: name one by its path.' } },
    });
  });

  it('names ten of many, the nearest first', async () => {
    const many = join(folder, 'many');
    mkdirSync(join(many, 'deep'), { recursive: true });
    for (let place = 10; place < 40; place += 1) writeFileSync(join(many, `p${place}.yml`), '- hosts: all\n');
    writeFileSync(join(many, 'deep/q.yml'), '- hosts: all\n');
    const { refusal } = (await findPlaybook(many, 'p399')) as { refusal: { next: { en: string } } };
    expect(refusal.next.en).toMatch(/^Playbooks here: p39, (?:[pd]\S+, ){8}\S+, and 21 more$/);
    const inIt = (await findPlaybook(folder, 'many')) as { refusal: { next: { en: string } } };
    expect(inIt.refusal.next.en).toBe(
      `Name one in it: ${Array.from({ length: 10 }, (_, at) => `many/p${at + 10}.yml`).join(', ')}, and others`,
    );
  });

  it('wants the extension where two files have the same name without it, and lists both with theirs', async () => {
    for (const name of ['both.yml', 'both.yaml']) writeFileSync(join(root, name), '- hosts: all\n');
    expect(await findPlaybook(root, 'both')).toMatchObject({ ok: false, refusal: { code: 'playbook.ambiguous' } });
    expect(await withExtension(root, 'both')).toMatchObject({ ok: false, refusal: { code: 'playbook.ambiguous' } });
    expect(await findPlaybook(root, 'both.yaml')).toEqual({ ok: true, value: join(root, 'both.yaml') });
    expect((await listPlaybooks(root)).map(({ name }) => name).filter((name) => name.startsWith('both'))).toEqual([
      'both.yaml',
      'both.yml',
    ]);
    for (const name of ['both.yml', 'both.yaml']) rmSync(join(root, name));
  });

  it.each([
    ['site', 'site.yml'],
    ['broken', 'broken.yaml'],
    ['site.yaml', 'site.yaml'],
    ['nowhere', 'nowhere'],
    ['../secret', '../secret'],
  ])('%s is the file %s', async (name, file) => {
    expect(await withExtension(root, name)).toEqual({ ok: true, value: file });
  });

  it('refuses names no file can have', async () => {
    expect((await findPlaybook(root, 'a\0b')).ok).toBe(false);
  });
});
