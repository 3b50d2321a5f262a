/** What no sum in a hostile line may ever be worked out to: 1337 × 1337. */
export const product = '1787569';

/** Words that mean something to a shell, a template, a parser, a screen or a file system; `canary` is a path none may make. */
export const hostileWords = (canary: string): readonly string[] => [
  // shells
  `; touch ${canary}`,
  `$(touch ${canary})`,
  `\`touch ${canary}\``,
  `| touch ${canary}`,
  `|| touch ${canary} ||`,
  `&& touch ${canary} &`,
  `> ${canary}`,
  `'; touch ${canary}; '`,
  `"; touch ${canary}; "`,
  `\\"; touch ${canary}; \\"`,
  `$'\\n'touch ${canary}`,
  `\${IFS}touch\${IFS}${canary}`,
  `<(touch ${canary})`,
  `-oProxyCommand=touch ${canary}`,
  '!!',
  '~root',
  '* ? [a-z] {a,b}',
  '--help --version -rf /',
  '%0a%0d%00',
  `~${'.?'.repeat(48)}@`,
  `~${'(.?|)'.repeat(19)}@`,
  `~${'(a|a)'.repeat(18)}*@`,
  // templates
  '{{1337*1337}}',
  '{{ 1337 * 1337 }}',
  '{% for i in range(1337) %}x{% endfor %}',
  "{{ lookup('pipe', 'id') }}",
  `{{ ''.__class__.__mro__[1].__subclasses__() }}`,
  '{{ hostvars }} {{ self }} {{ config }}',
  '{# comment #}',
  '{{',
  '}}',
  '{%',
  '#{1337*1337}',
  '${1337*1337}',
  '${env:HOME} ${file:/etc/passwd}',
  '<%= 1337*1337 %>',
  '!unsafe {{1337*1337}}',
  // control characters and unseen marks
  'a\u0000b',
  'a\u0007b\u001b[31mred\u001b[0m',
  'a\rb',
  'a\u0085b\u2028c\u2029d',
  'a\u007fb\u009bb',
  '\u202eevil\u202c \u2066x\u2069',
  '\u200f\u200eab\u200b\u200d\u2060\ufeff',
  '\ufffe\uffff',
  '\ud800',
  'x\udfffy',
  // writing
  '👩‍👩‍👧‍👦🏳️‍🌈🇫🇷',
  'مرحبا بالعالم',
  'שלום',
  '日本語テスト',
  'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
  'ﷺ'.repeat(30),
  'ſﬃ K Å ǅ İ ı',
  // phones
  '“v2”',
  '‘v2’',
  '«\u00a0v2\u00a0»',
  '—since 1h',
  '–since\u00a01h…',
  'v2.',
  'v２',
  'V2 !',
  '“unclosed',
  "l'app d’ici",
  // parsers
  '{"text":"x","as":"console:local:ben"}',
  '- hosts: all\n  tasks:\n    - shell: id',
  'x: &a [*a, *a]',
  'key=value key=other __proto__=1 constructor=2',
  '--as=console:local:ben --yes --confirmed=true',
  "'; DROP TABLE orders; --",
  "' OR '1'='1",
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '[click](javascript:alert(1)) **bold** `code`',
  '<!channel> @here <@U123> @everyone',
  '&lt;b&gt;&#x41;',
  // paths
  '../../../../etc/passwd',
  '/etc/passwd',
  '..\\..\\windows',
  'file:///etc/passwd',
  '....//....//etc/hosts',
  'deploy.yml/../../../etc/passwd\u0000.yml',
  '.git/config',
  'con nul aux',
  // sizes and figures
  'x'.repeat(250),
  'x'.repeat(3_990),
  'word '.repeat(790),
  '"'.repeat(301),
  '='.repeat(300),
  '(a+)+$'.repeat(60),
  '999999999999999999999999',
  '-1',
  '1e309',
  'NaN',
  '0x10',
  'constructor',
  '__proto__',
  'toString',
  'undefined null true',
];

const frames: readonly ((word: string) => string)[] = [
  (word) => `help ${word}`,
  (word) => `deploy shop ${word}`,
  (word) => `deploy ${word} v2 to ${word}`,
  (word) => `run ${word}`,
  (word) => `status ${word}`,
  (word) => `metrics web-1 ${word} --since ${word}`,
  (word) => `confirm ${word}`,
  (word) => `echo ${word.slice(0, 250)}`,
  (word) => `audit ${word}`,
  (word) => `runs show ${word}`,
  (word) => `plan restart ${word}`,
];

/** Numbers that no order, run or count has. */
const numbers = ['99999999999999999999', '9007199254740993', '1.5', '0', '-7', '9'.repeat(400), '1e5', '٣'];

const numbered = [
  'runs show',
  'runs resume',
  'runs cancel',
  'confirm',
  'approve',
  'deny',
  'logs web-1 --limit',
  'runs',
];

/** At least 500 lines: every word alone and as an argument, and some that are no words at all. */
export const hostileLines = (canary: string): readonly string[] => {
  const words = hostileWords(canary);
  const framed = words.flatMap((word, at) =>
    frames.filter((_, index) => (at + index) % 2 === 0).map((frame) => frame(word)),
  );
  return [
    ...new Set([
      ...words,
      ...framed,
      ...numbered.flatMap((words) => numbers.map((number) => `${words} ${number}`)),
      ' ',
      '\u00a0\u200b',
      '.',
      '?',
      '"',
      'x'.repeat(100_000),
      '{{'.repeat(50_000),
      '“'.repeat(50_000),
      'help '.repeat(20_000),
      '👩‍👩‍👧‍👦'.repeat(9_000),
      '\n'.repeat(1000),
      'help\nhelp',
    ]),
  ];
};
