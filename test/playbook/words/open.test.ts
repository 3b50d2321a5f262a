import { describe, expect, it } from 'vitest';
import { afterOutput, beginning, isBare, isText, openAfter, type Reader } from '#playbook/words/open.ts';

/** What is open at the star, where each `@` before it is something a template gives. */
const openIn = (reader: Reader, line: string): string =>
  (line.split('*')[0] ?? '')
    .split(/(@)/)
    .reduce(
      (open, part) => (part === '@' ? afterOutput(reader, open) : openAfter(reader, open, part)),
      beginning(reader),
    );

describe('a quoted word is one word', () => {
  it.each([
    'echo *',
    'a*',
    '@*',
    "echo 'a' *",
    `echo "a'b" *`,
    `echo 'a"b' *`,
    `echo '\\' *`,
    `echo "\\"" *`,
    `echo \\" *`,
    `echo 'a'"'"'b' *`,
    '$(echo *',
    '$(date) *',
    '"$(date)" *',
    '"$(echo "a" \'b\')" *',
    '"${X:-a}" *',
    '"`date`" *',
    '`date` *',
    '$((1 + (2))) *',
    '(cd /a; *',
    'cat < *',
    'cat <<< *',
    'cat <(*',
    "# it's\n*",
    'a # "\n*',
    'a#"b" *',
    '${#X} *',
    '$# *',
    "echo @'a' *",
    'case a in a) *',
    "a=(1 '2' *",
  ])('in %s', (line) => {
    expect(isBare(openIn('shell', line))).toBe(true);
  });
});

describe('a quoted word is no word', () => {
  it.each([
    "'*",
    '"*',
    '`*',
    '"$(*',
    '"$(echo "*',
    '"$(echo "a" *',
    '"`*',
    '"${X:-*',
    '${X:-*',
    '$((*',
    '$((1 + (*',
    '((*',
    '$[*',
    '\\*',
    '$*',
    '$$*',
    "$'*",
    "$'a\\'*",
    '# *',
    'a; # *',
    '(#*',
    'a \\\n# *',
    '@# *',
    'cat <<EOF\n*',
    "cat <<'EOF'\n*",
    'cat <<EOF\na\nEOF\n*',
    'cat <<-EOF | *',
    '"${X:-"a"}*',
    '"$(case a in a) echo "*',
    '$(case a in a) *',
    '\\@*',
    '$@*',
  ])('in %s', (line) => {
    expect(isBare(openIn('shell', line))).toBe(false);
  });
});

describe('a line that is split into words', () => {
  it.each(['a *', "'a' *", '"a\\"" *', "\\' *", '`*', '$(*', '# *', 'a@*'])('has one more word in %s', (line) => {
    expect(isBare(openIn('words', line))).toBe(true);
  });

  it.each(["'*", '"*', '"a\\"*', '\\*', "'a'\"*"])('has a quote open in %s', (line) => {
    expect(isBare(openIn('words', line))).toBe(false);
  });
});

describe('SQL', () => {
  it.each([`a='@`, 'a="@', 'a=`@', `-- it's\n '@`, `/* it's **/ '@`, `'it''s @`, `4 - 2 / '@`])(
    'has a text open in %s',
    (line) => {
      expect(isText(openAfter('sql', '', line.slice(0, -1)))).toBe(true);
    },
  );

  it.each(['a=@', `'a' @`, `-- '@`, `'a\\'@`, `$$'@`, `# '@`, `/* '@`])('has none, or nobody knows, in %s', (line) => {
    expect(isText(openAfter('sql', '', line.slice(0, -1)))).toBe(false);
  });
});
