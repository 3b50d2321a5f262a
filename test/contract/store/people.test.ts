import { describe, expect, test } from 'vitest';
import type { Actor } from '#core/actor.ts';
import { at, later } from '#test/store/samples.ts';
import { subjects } from './subjects.ts';

const ada: Actor = { id: 'console:local:ada', kind: 'person', name: 'Ada', roles: ['operator'] };

describe.each(subjects)('$name keeps people and what proves who they are', ({ fresh }) => {
  test('a person comes back as put, and is replaced whole', async () => {
    await using opened = await fresh();
    const { people } = opened.store;
    await people.put({ ...ada, language: 'fr', timeZone: 'Europe/Paris' });
    await people.put({ id: 'service:nightly', kind: 'service', name: 'nightly', roles: [] });
    await people.put(ada);
    expect(await people.get(ada.id)).toStrictEqual(ada);
    expect(await people.get('nobody')).toBeUndefined();
    expect((await people.all()).map((one) => one.id)).toEqual([ada.id, 'service:nightly']);
  });

  test('a token says who holds it and when it was used, to the minute, until it is removed', async () => {
    await using opened = await fresh();
    const { credentials } = opened.store;
    await credentials.addToken({ hash: 'h1', actor: ada.id, label: 'laptop', createdAt: at });
    expect(await credentials.tokens()).toMatchObject([{ actor: ada.id, label: 'laptop', createdAt: at }]);
    expect((await credentials.tokens())[0]).not.toHaveProperty('usedAt');
    expect(JSON.stringify(await credentials.tokens())).not.toContain('h1');
    expect(await credentials.tokenActor('h1')).toBe(ada.id);
    opened.clock.move(59_000);
    await credentials.tokenActor('h1');
    expect((await credentials.tokens())[0]?.usedAt).toBe(at);
    opened.clock.move(1_000);
    await credentials.tokenActor('h1');
    const [token] = await credentials.tokens();
    expect(token?.usedAt).toBe(later(60_000));
    expect(await credentials.removeToken(token?.id ?? 0)).toBe(true);
    expect(await credentials.removeToken(token?.id ?? 0)).toBe(false);
    expect(await credentials.tokenActor('h1')).toBeUndefined();
  });

  test('a link opens once, before it expires', async () => {
    await using opened = await fresh();
    const { credentials } = opened.store;
    await credentials.addLink({ hash: 'good', actor: ada.id, expiresAt: later(1_000) });
    await credentials.addLink({ hash: 'old', actor: ada.id, expiresAt: later(1_000) });
    const taps = await Promise.all(Array.from({ length: 5 }, () => credentials.takeLink('good', later(999))));
    expect(taps.filter((actor) => actor === ada.id)).toHaveLength(1);
    expect(await credentials.takeLink('old', later(1_000))).toBeUndefined();
    expect(await credentials.takeLink('old', later(1))).toBeUndefined();
    expect(await credentials.takeLink('nobody', at)).toBeUndefined();
  });

  test('a session ends when it expires or is removed', async () => {
    await using opened = await fresh();
    const { credentials } = opened.store;
    await credentials.addSession({ hash: 's1', actor: ada.id, expiresAt: later(1_000) });
    expect(await credentials.sessionActor('s1', later(999))).toBe(ada.id);
    expect(await credentials.sessionActor('s1', later(1_000))).toBeUndefined();
    expect(await credentials.sessionActor('s2', at)).toBeUndefined();
    await credentials.removeSession('s1');
    expect(await credentials.sessionActor('s1', at)).toBeUndefined();
  });

  test('a session that a token opened ends with the token, and no other does', async () => {
    await using opened = await fresh();
    const { credentials } = opened.store;
    await credentials.addToken({ hash: 'stolen', actor: ada.id, label: 'ci', createdAt: at });
    await credentials.addToken({ hash: 'kept', actor: ada.id, label: 'ci', createdAt: at });
    for (const token of ['stolen', 'kept'])
      await credentials.addSession({ hash: `by ${token}`, actor: ada.id, expiresAt: later(1_000), token });
    await credentials.addSession({ hash: 'by link', actor: ada.id, expiresAt: later(1_000) });
    expect(await credentials.sessionActor('by stolen', at)).toBe(ada.id);
    const [stolen] = await credentials.tokens();
    await credentials.removeToken(stolen?.id ?? 0);
    expect(await credentials.sessionActor('by stolen', at)).toBeUndefined();
    expect(await credentials.sessionActor('by kept', at)).toBe(ada.id);
    expect(await credentials.sessionActor('by link', at)).toBe(ada.id);
    // Opened in the very moment the token was removed.
    await credentials.addSession({ hash: 'late', actor: ada.id, expiresAt: later(1_000), token: 'stolen' });
    expect(await credentials.sessionActor('late', at)).toBeUndefined();
  });

  test('a new session clears away expired ones and no others', async () => {
    await using opened = await fresh();
    const { credentials } = opened.store;
    await credentials.addSession({ hash: 'short', actor: ada.id, expiresAt: later(1_000) });
    await credentials.addSession({ hash: 'long', actor: ada.id, expiresAt: later(9_000) });
    opened.clock.move(2_000);
    await credentials.addSession({ hash: 'new', actor: ada.id, expiresAt: later(9_000) });
    expect(await credentials.sessionActor('short', at)).toBeUndefined();
    expect(await credentials.sessionActor('long', at)).toBe(ada.id);
  });
});
