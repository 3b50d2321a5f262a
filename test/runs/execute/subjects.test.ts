import { expect, test } from 'vitest';
import { createPending } from '#runs/execute/pending.ts';

const change = (subject: string) => ({ subject, aspect: 'content', before: null, after: 'x' });

test('a step rests on everything that begins as it says, and on nothing else', () => {
  const pending = createPending();
  pending.add('a source', [change('/etc/apt/sources.list.d/ours.list')]);
  expect(pending.touching(['package web', '/etc/apt/*'])).toBe('a source');
  expect(pending.touching(['/etc/apt'])).toBeUndefined();
  expect(pending.touching(['package *'])).toBeUndefined();
  pending.add('a package', [change('package lib')]);
  expect(pending.touching(['package *'])).toBe('a package');
});

test('what a step rests on is not what it changes, where it names no one thing', () => {
  const pending = createPending();
  pending.addUnknown('all packages', ['package *', 'package web']);
  expect(pending.touching(['package web'])).toBe('all packages');
  expect(pending.touching(['package other'])).toBeUndefined();
});

const attribute = (aspect: string, before: string, after: string) => ({ subject: '/srv', aspect, before, after });

test('a folder that only gets another mode, owner or time leaves what is in it as it was seen', () => {
  const open = createPending();
  open.add('the mode', [attribute('mode', '0755', '0750'), attribute('owner', 'root', 'app')]);
  expect(open.touching(['/srv/f'])).toBeUndefined();
  expect(open.touching(['/srv'])).toBe('the mode');
  expect(open.touching(['/'], ['/'])).toBe('the mode');
});

test('a folder that may have been closed leaves only what was seen in it', () => {
  for (const change of [attribute('mode', '0700', '0755'), attribute('group', 'root', 'app')]) {
    const closed = createPending();
    closed.add('the folder', [change]);
    expect(closed.touching(['/srv/f'])).toBe('the folder');
    expect(closed.touching(['/srv/f'], [], (path) => path === '/srv/f')).toBeUndefined();
  }
});

test('a folder in which more changes, or of which not all is known, decides what is in it', () => {
  const more = createPending();
  more.add('all of it', [attribute('mode', '0755', '0750'), attribute('entries below', '2', 'as asked')]);
  expect(more.touching(['/srv/f'], [], () => true)).toBe('all of it');
  const unsure = createPending();
  unsure.add('who knows', [attribute('mode', '0755', '0750')], { certain: false });
  expect(unsure.touching(['/srv/f'], [], () => true)).toBe('who knows');
});

const comes = (name: string) => ({ subject: `package ${name}`, aspect: 'version', before: 'absent', after: '1.2' });

test.each([
  ['nginx', '/etc/nginx/sites-enabled/default'],
  ['nginx-common', '/etc/default/nginx'],
  ['openssh-server', '/etc/ssh/sshd_config'],
  ['postgresql-15', '/var/lib/postgresql'],
  ['php8.2-fpm', '/etc/php/8.2/fpm/pool.d/www.conf'],
])('%s may bring %s, which is not there yet', (name, path) => {
  const pending = createPending();
  pending.add('the package', [comes(name)]);
  expect(pending.bringing([path])).toBe('the package');
});

test.each([
  ['nginx', '/etc/portal.conf', 'has another name'],
  ['nginx', '/srv/nginx', 'is no place for packages'],
  ['nginx', '/usr/local/nginx', 'is no place for packages'],
  ['app-server', '/etc/server.conf', 'has only a common word of it'],
])('%s does not bring %s, which %s', (name, path) => {
  const pending = createPending();
  pending.add('the package', [comes(name)]);
  expect(pending.bringing([path])).toBeUndefined();
});

test('a package that goes, or becomes a newer one, brings nothing new', () => {
  const pending = createPending();
  pending.add('gone', [{ ...comes('nginx'), before: '1.2', after: 'absent' }]);
  pending.add('newer', [{ ...comes('nginx'), before: '1.1' }]);
  expect(pending.bringing(['/etc/nginx/nginx.conf'])).toBeUndefined();
});
