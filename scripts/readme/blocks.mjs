/**
 * The commands of a Markdown page. A block is checked as the comment before it says:
 *
 *   <!-- check: start -->           a clone, `npm start`: done in a fresh folder, and the bot must get ready
 *   <!-- check: commands -->        each line is a command that must exit with 0 while the bot runs
 *   <!-- check: say -->             each line is an order, said with `quarterdeck say`; `say as ACTOR` for somebody
 *   <!-- check: say, exit 4 -->     every line of the block ends so (`commands` too)
 *   <!-- check: not run, REASON --> shown only
 *
 * A line may end with `# exit 4` (another exit code) or `# says WORDS` (what its output must hold). Every block of
 * `sh` must have such a comment: an example nobody runs is an example that lies one day.
 */
export function blocksOf(markdown) {
  const lines = markdown.split('\n');
  const blocks = [];
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^```(\w*)\s*$/.exec(lines[at]);
    if (fence === null) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: the block that begins here has no end`);
    blocks.push({
      language: fence[1],
      check: checkBefore(lines, at),
      steps: stepsOf(lines.slice(at + 1, end), at + 2),
    });
    blocks.at(-1).line = at + 1;
    at = end;
  }
  return blocks;
}

function checkBefore(lines, at) {
  const before = lines.slice(0, at).findLast((line) => line.trim() !== '');
  return /^<!--\s*check:\s*(.+?)\s*-->$/.exec(before ?? '')?.[1];
}

/** Commands with their line, comments and blank lines left out, lines that end with a backslash joined. */
function stepsOf(lines, first) {
  const steps = [];
  let open;
  for (const [index, text] of lines.entries()) {
    const line = open?.line ?? first + index;
    const words = `${open?.words ?? ''}${text}`;
    open = words.endsWith('\\') ? { line, words: words.slice(0, -1) } : undefined;
    if (open === undefined && words.trim() !== '' && !words.trimStart().startsWith('#'))
      steps.push(stepOf(words.trim(), line));
  }
  return steps;
}

function stepOf(text, line) {
  const [, words, code, says] = /^(.*?)(?:\s+#\s*(?:exit (\d+)|says (.+)|.*))?$/.exec(text);
  return { line, words, exit: code === undefined ? undefined : Number(code), says };
}

const kinds = /^(?:(start|commands|say)(?: as ([^\s,]+))?(?:, exit (\d+))?|not run, .+)$/;

/** A block's comment taken apart; undefined when nothing is to be done. */
export function checkOf(block) {
  const [, kind, actor, exit] = kinds.exec(block.check ?? '') ?? [];
  return kind === undefined ? undefined : { kind, actor, exit: Number(exit ?? 0) };
}

/** What is wrong with the comments of the blocks themselves. */
export const wrongBlocks = (blocks) =>
  blocks.flatMap(({ line, language, check }) => {
    if (check !== undefined && !kinds.test(check)) return [`line ${line}: "${check}" is no way to check a block.`];
    if (check === undefined && language === 'sh')
      return [`line ${line}: say how this block is checked, with a comment before it.`];
    return [];
  });
