import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInCommands } from '#commands/builtin.ts';
import { type Understood, understand } from '#commands/understand.ts';
import { known, vocabulary } from '../support/vocabulary.ts';

const meaning = (line: string) => understand(line, vocabulary, known);
const args = (line: string) => {
  const understood = meaning(line);
  if (understood.kind !== 'order') throw new Error(JSON.stringify(understood));
  return understood.args;
};
const refusal = (line: string): Extract<Understood, { kind: 'refused' }> => {
  const understood = meaning(line);
  if (understood.kind !== 'refused') throw new Error(JSON.stringify(understood));
  return understood;
};

describe('a line of a thousand words that nobody knows', () => {
  it.each(['status ', 'help ', 'run site '])('is read once or twice, not once for each of them: %s', (start) => {
    let looked = 0;
    const counted = new Proxy(vocabulary, {
      get(commands, name) {
        if (name === 'find') looked += 1;
        return Reflect.get(commands, name);
      },
    });
    for (const word of ['--a ', 'a=1 ', 'x '])
      expect(understand(start + word.repeat(980), counted, known).kind).not.toBe('nothing');
    expect(looked).toBeLessThan(40);
  });
});

describe('a line becomes an order', () => {
  it.each([
    ['deploy shop v2', { app: 'shop', version: 'v2' }],
    ['Deploy shop v2.', { app: 'shop', version: 'v2' }],
    ['“deploy shop v2”', { app: 'shop', version: 'v2' }],
    ['“Deploy shop v2.”', { app: 'shop', version: 'v2' }],
    ['@quarterdeck «\u00a0deploy shop v2\u00a0».', { app: 'shop', version: 'v2' }],
    ['"deploy shop v2"', { app: 'shop', version: 'v2' }],
    ['“deploy” shop v2.', { app: 'shop', version: 'v2' }],
    ['deploy shop v2!', { app: 'shop', version: 'v2' }],
    ['deploy shop «v2».', { app: 'shop', version: 'v2' }],
    ['run site version=“3”.', { playbook: 'site', vars: { version: '3' } }],
    ['run site version="3"!', { playbook: 'site', vars: { version: '3' } }],
    ['echo “one string”.', { text: 'one string' }],
    ['echo “one” or “two”.', { text: '“one” or “two”.' }],
    ['echo well done! Really…', { text: 'well done! Really…' }],
    ['logs web-1 panic!', { host: 'web-1', words: ['panic!'], follow: false }],
    ['@quarterdeck deploy shop v2', { app: 'shop', version: 'v2' }],
    ['/ops deploy shop v2', { app: 'shop', version: 'v2' }],
    ['deploy shop v2 to web', { app: 'shop', version: 'v2', hosts: ['web-1', 'web-2'] }],
    ['deploy --version v2 --app=shop', { app: 'shop', version: 'v2' }],
    ['deploy version=v2 app="shop"', { app: 'shop', version: 'v2' }],
    ['metrics web-1 CPU —since 90m', { host: 'web-1', metric: 'cpu', since: 5_400_000 }],
    ['logs web-1 user=12 timeout', { host: 'web-1', words: ['user=12', 'timeout'], follow: false }],
    ['metrics web-1 2h', { host: 'web-1', since: 7_200_000 }],
    ['metrics web-1 cpu since 1 hour', { host: 'web-1', metric: 'cpu', since: 3_600_000 }],
    ['metrics web-1 depuis 2 heures', { host: 'web-1', since: 7_200_000 }],
    ['metrics web-1 last 90m!', { host: 'web-1', since: 5_400_000 }],
    ['search 1h30m', { words: [], since: 5_400_000 }],
    ['search timeout since 2 days slow', { words: ['timeout', 'slow'], since: 172_800_000 }],
    ['search "1h" since', { words: ['1h', 'since'], since: 1_800_000 }],
    ['search 12 since --since 2h 1h', { words: ['12', 'since', '1h'], since: 7_200_000 }],
    ['mute 1h db', { alert: '1h', words: ['db'], since: 1_800_000 }],
    ['status web?', { hosts: ['web-1', 'web-2'] }],
    ['Status?', {}],
    ['status web-1 ?', { hosts: ['web-1'] }],
    ['metrics web-1 cpu?!', { host: 'web-1', metric: 'cpu', since: 3_600_000 }],
    ['logs web-1 why?', { host: 'web-1', words: ['why?'], follow: false }],
    ['echo is it up?', { text: 'is it up?' }],
    ['echo ?', { text: '?' }],
    ['status web\u20111', { hosts: ['web-1'] }],
    ['metrics web\u22121 cpu', { host: 'web-1', metric: 'cpu', since: 3_600_000 }],
    ['deploy shop v2 to web\u20101', { app: 'shop', version: 'v2', hosts: ['web-1'] }],
    ['logs web—1 time-out', { host: 'web-1', words: ['time-out'], follow: false }],
    ['echo a—b', { text: 'a—b' }],
    ['logs --follow', { words: [], follow: true }],
    ['run site on db version=3 name="a b"', { playbook: 'site', hosts: ['db-1'], vars: { version: '3', name: 'a b' } }],
    ['echo  a "b"  --c=d ; rm -rf /', { text: 'a "b"  --c=d ; rm -rf /' }],
    ['echo "one string"', { text: 'one string' }],
    ['status production', { hosts: ['web-1', 'web-2', 'db-1'] }],
    ['runs cancel #7', { run: 7 }],
  ])('%s', (line, expected) => {
    expect(args(line)).toEqual(expected);
  });

  it('takes the longest name', () => {
    const understood = meaning('runs cancel 3');
    expect(understood.kind === 'order' && understood.command.name).toBe('runs cancel');
  });

  it('only plans after the word plan', () => {
    expect(meaning('plan deploy shop v2')).toMatchObject({ kind: 'order', planOnly: true });
    expect(refusal('plan status').refusal.code).toBe('command.nothing_to_plan');
  });
});

describe('a line with a fault', () => {
  it('offers the nearest command with the rest of the line', () => {
    const { refusal: fault, instead } = refusal('deplyo shop v2');
    expect(fault.code).toBe('command.unknown');
    expect(instead).toEqual(['deploy shop v2', 'help']);
  });

  it('offers the command that is called otherwise', () => {
    expect(refusal('redeploy shop v2').instead).toEqual(['deploy shop v2', 'help']);
    expect(refusal('état web').instead).toEqual(['status web', 'help']);
    expect(refusal('“hepl” me').refusal.say).toMatchObject({ en: 'I do not know “hepl”.' });
    expect(refusal('constructor web').instead).toEqual(['help']);
    expect(refusal('reboot web-1').instead).toEqual(['help']); // no restart among these commands
  });

  it('offers the nearest value in its place', () => {
    expect(refusal('metrics web-3 cpu').instead).toEqual(['metrics web-1 cpu', 'metrics web-2 cpu']);
    expect(refusal('metrics web-1 cpuu').instead).toEqual(['metrics web-1 cpu']);
    expect(refusal('metrics web-1 --sinc 2h').instead).toEqual(['metrics web-1 --since 2h']);
    expect(refusal('metrics web-1 --sinc=2h').instead).toEqual(['metrics web-1 --since=2h']);
    expect(refusal('deploy --ap="my shop" v1').instead).toEqual(['deploy --app="my shop" v1']);
  });

  it.each([
    ['deploy shop v2 --on web-1', 'deploy shop v2 to web-1'],
    ['deploy shop v2 --on=web-1', 'deploy shop v2 to web-1'],
    ['deploy shop v2 --host=web-1', 'deploy shop v2 --hosts=web-1'],
    ['deploy shop v2 --limit web', 'deploy shop v2 to web'],
    ['run site --to web-1', 'run site on web-1'],
    ['metrics --on web-1 cpu', 'metrics --host web-1 cpu'],
  ])('knows what else hosts are called: %s', (line, instead) => {
    expect(refusal(line)).toMatchObject({ refusal: { code: 'argument.unknown' }, instead: [instead] });
    expect(meaning(instead).kind).toBe('order');
  });

  it('offers no hosts where the command has none, or they are given', () => {
    expect(refusal('mute disk --on web-1').instead).toEqual([]);
    expect(refusal('deploy shop v2 to web-1 --on web-2').instead).toEqual([]);
  });

  it.each([
    ['Deploy Shop V2 please', ['Deploy Shop V2']],
    ['Deploy Shop V2 please.', ['Deploy Shop V2']],
    ['deploy shop v2 to please', ['deploy shop v2']],
    ['deploy shop v2 right now please', ['deploy shop v2']],
    ['deploy shop v2 web kindly', ['deploy shop v2 web']],
    ['deploy shop v2 webb', ['deploy shop v2 web']],
  ])('leaves the word it does not know out, where the rest is an order: %s', (line, instead) => {
    expect(refusal(line).instead.slice(0, 1)).toEqual(instead);
  });

  it('says how a dry run is asked for here', () => {
    expect(refusal('deploy shop v2 --check').refusal.next).toMatchObject({ en: expect.stringContaining('“plan”') });
  });

  it.each([
    'deploy shop v2 --check',
    'deploy shop v2 only web-1',
    'deploy shop v2 ; rm -rf /',
    'deploy shop v2 web db',
  ])('offers no change that would do more than was said: %s', (line) => expect(refusal(line).instead).toEqual([]));

  it.each([
    ['deploy shop v2 on web-1', { app: 'shop', version: 'v2', hosts: ['web-1'] }],
    ['run site to db', { playbook: 'site', hosts: ['db-1'], vars: {} }],
    ['logs on web-1', { host: 'web-1', words: [], follow: false }],
  ])('takes any word that people say before hosts: %s', (line, wanted) => expect(args(line)).toEqual(wanted));

  it('offers no host that only happens to be there for a change, and says what to do', () => {
    const { refusal: fault, instead } = refusal('Deploy Shop V2 please');
    expect(instead).toEqual(['Deploy Shop V2']);
    expect(fault.next).toEqual({
      en: 'Leave it out, or see “help deploy”.',
      fr: 'Laissez-le de côté, ou voyez « help deploy ».',
    });
  });

  it.each([
    ['deploy shop v2 v3', 'argument.wrong'],
    ['deploy shop v2 web v4', 'argument.too_many'],
    ['metrics web-1 cpu --since soon', 'argument.wrong'],
    ['metrics web-1 cpu --since', 'argument.no_value'],
    ['metrics web-1 cpu since 3 bananas', 'argument.wrong'],
    ['metrics web-1 cpu since soon', 'argument.wrong'],
    ['metrics web-1 cpu since', 'argument.no_value'],
    ['metrics web-1 cpu extra', 'argument.too_many'],
    ['deploy --app a --app b v1', 'argument.twice'],
    ['run site ansible_host=evil', 'argument.variable_name'],
    ['run site __proto__=x', 'argument.variable_name'],
    ['run site playbook_dir=/etc', 'argument.variable_name'],
    ['run site role_path=/etc', 'argument.variable_name'],
    ['run site inventory_dir=/etc', 'argument.variable_name'],
    ['run site ansible_check_mode=true', 'argument.variable_name'],
    [`run site ${'x'.repeat(101)}=y`, 'argument.variable_name'],
    ['run ../../etc/passwd', 'argument.wrong'],
    ['runs cancel 0', 'argument.wrong'],
    ['status $(reboot)', 'argument.wrong'],
  ])('%s is refused', (line, code) => {
    expect(refusal(line).refusal.code).toBe(code);
  });

  it.each([
    ['status web-9', 'I know no host or group “web-9”.', 'Je ne connais pas d’hôte ni de groupe « web-9 ».'],
    ['runs cancel 0', '“0” is too low: 1 at least (run).', '« 0 » est trop bas : 1 au moins (run).'],
    ['run nowhere', 'I know no playbook “nowhere”.', 'Je ne connais pas de playbook « nowhere ».'],
  ])('%s is refused in plain words', (line, en, fr) => {
    expect(refusal(line).refusal.say).toEqual({ en, fr });
  });

  it('offers what there is when nothing is near', () => {
    const { refusal: fault, instead } = refusal('status zzzzzz');
    expect(instead).toHaveLength(4);
    expect(instead[0]).toBe('status');
    expect(instead[1]).toMatch(/^status \w/);
    expect(JSON.stringify(fault.next)).toContain('I know ');
    expect(refusal('zzzzzz').instead).toEqual(['help']);
    expect(refusal('asdf').instead).toEqual(['help']);
  });

  it('asks for what is missing and keeps what is there', () => {
    expect(meaning('deploy shop.')).toMatchObject({
      kind: 'asking',
      line: 'deploy shop',
      args: { app: 'shop' },
      missing: [{ name: 'version' }],
    });
  });

  it.each([
    ['deploy v2', 'deploy shop v2'],
    ['Deploy v2 to web-1!', 'Deploy shop v2 to web-1!'],
    ['plan deploy v1', 'plan deploy shop v1'],
  ])('says what is missing before a word of what is: %s', (line, whole) => {
    const { refusal: fault, instead } = refusal(line);
    expect(fault).toMatchObject({
      code: 'argument.left_out',
      say: { en: expect.stringMatching(/^deploy: app is missing before “v\d”\.$/) },
    });
    expect(instead).toEqual([whole, whole.replace('shop', 'blog')]);
  });

  it.each(['deploy v9', 'deploy shop', 'deploy other'])(
    'asks for what is missing after a word that may be right: %s',
    (line) => {
      expect(meaning(line)).toMatchObject({ kind: 'asking', missing: [{ name: 'version' }] });
    },
  );

  it('takes no question for an order to change something', () => {
    expect(meaning('deploy shop v2?')).toMatchObject({ kind: 'order', args: { version: 'v2?' } });
    const withHelp = (line: string) => understand(line, [...vocabulary, ...builtInCommands], known);
    for (const line of ['yes?', 'confirm 12?', 'cancel 12?']) expect(withHelp(line).kind, line).toBe('refused');
    expect(withHelp('help?')).toMatchObject({ kind: 'order', command: { name: 'help' }, args: {} });
  });

  it.each([
    ['deploy v2 shop', 'deploy shop v2'],
    ['Deploy v2 Shop to web-1.', 'Deploy Shop v2 to web-1.'],
    ['deploy v9 shop', 'deploy shop v9'],
    ['plan deploy v2 shop', 'plan deploy shop v2'],
  ])('offers two words that stand in each other’s place the other way round: %s', (line, whole) => {
    const { refusal: fault, instead } = refusal(line);
    expect(fault).toMatchObject({ code: 'argument.swapped', next: { en: `Did you mean ${whole}?` } });
    expect(instead).toEqual([whole]);
  });

  it.each(['deploy shop shop', 'deploy other v2', 'deploy shop other'])('and no others: %s', (line) =>
    expect(meaning(line).kind).toBe('order'),
  );

  it('offers a yes for its letter, and no mark for a word', () => {
    const commands = [...vocabulary, ...builtInCommands];
    expect(understand('y', commands, known)).toMatchObject({ kind: 'refused', instead: ['yes', 'help'] });
    expect(understand('x', commands, known)).toMatchObject({ kind: 'refused', instead: ['help'] });
  });

  it('offers a command of several words for the last of them', () => {
    expect(refusal('cancel 11').instead).toEqual(['runs cancel 11', 'help']);
    expect(refusal('ancel 11').instead).not.toContain('runs cancel 11');
  });

  it('says nothing to an empty line', () => {
    expect(meaning('  \u200b ')).toEqual({ kind: 'nothing' });
    expect(meaning('@quarterdeck')).toEqual({ kind: 'nothing' });
  });

  it('never throws and never invents a command', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.constantFrom('', 'deploy ', 'run site ', 'echo '),
        (text, head) => {
          const understood = meaning(head + text);
          if (understood.kind === 'order') expect(vocabulary).toContain(understood.command);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
