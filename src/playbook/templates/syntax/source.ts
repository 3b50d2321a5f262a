import type { Fault } from '#core/errors.ts';
import type { Text } from '#core/text.ts';
import { t } from '#core/text.ts';
import type { Position } from '../../tree.ts';
import { faultAt } from '../mistakes.ts';

/** The text of a template and where it stands in its file. */
export class Source {
  readonly text: string;
  readonly at: Position;
  constructor(text: string, at: Position) {
    this.text = text;
    this.at = at;
  }

  /** The place of a character. In the first line columns continue the file's; in further lines they are the text's own. */
  place(offset: number): Position {
    const before = this.text.slice(0, offset);
    const lines = before.split('\n');
    const last = lines.at(-1)?.length ?? 0;
    const column = lines.length === 1 ? this.at.column + last : last + 1;
    return { file: this.at.file, line: this.at.line + lines.length - 1, column };
  }

  /** A syntax fault at a character. */
  fault(offset: number, en: string, fr: string): Fault {
    return this.faultOf(offset, t(en, fr));
  }

  /** A syntax fault whose words are ready. */
  faultOf(offset: number, say: Text): Fault {
    return faultAt('syntax', say, this.place(offset));
  }
}
