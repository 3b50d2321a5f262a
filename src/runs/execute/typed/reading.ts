import type { Json } from '#core/json.ts';
import {
  hasTemplate,
  isUnknown,
  type Piece,
  parseTemplate,
  piecesOf,
  reachesAnything,
  reaching,
  type Scope,
  type Unknown,
  type Use,
} from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import {
  afterEither,
  afterOutput,
  beginning,
  isBare,
  isText,
  type Open,
  openAfter,
  type Reader,
} from '#playbook/words/open.ts';
import type { Unit } from '../unit.ts';
import type { Walk } from '../walk.ts';
import { hasPercent, isHarmless, isNumber, texts } from './values.ts';

/** How a written text is read: by whom, or `any` when only what a result may hold is asked for. */
export type Reading = Reader | 'cron' | 'any';

/** What one host's task changes for all of them. */
const ofAll = new Set(['groups', 'group_names']);

/**
 * Follows a written text to the typed variables (extra vars) in it, directly or through variables made of them, and finds
 * the first one that its reader would take for more than it should.
 */
export class TypedReading {
  found: string | undefined;
  private readonly walk: Walk;
  private readonly unit: Unit;
  private readonly scope: Scope;
  private readonly reading: Reading;
  private readonly reader: Reader;
  /** What is open behind a variable that was followed; at first, what was open before it. */
  private readonly known = new Map<string, Open>();

  constructor(walk: Walk, unit: Unit, scope: Scope, reading: Reading) {
    this.walk = walk;
    this.unit = unit;
    this.scope = scope;
    this.reading = reading;
    this.reader = reading === 'cron' || reading === 'any' ? 'shell' : reading;
  }

  /** Reads a text from its beginning, or where something is open. */
  read(written: Written, open = beginning(this.reader)): string | undefined {
    this.text(written, open);
    return this.found;
  }

  private text({ value, at }: Written, open: Open): Open {
    if (typeof value === 'string') return this.one(value, at, open);
    for (const text of texts(value)) this.one(text, at, open);
    return afterOutput(this.reader, open);
  }

  private one(text: string, at: Written['at'], open: Open): Open {
    if (!hasTemplate(text)) return this.letters(text, open);
    return this.pieces(piecesOf(parseTemplate(text, at).body), open);
  }

  private letters(text: string, open: Open): Open {
    return this.reading === 'any' ? open : openAfter(this.reader, open, text);
  }

  private pieces(pieces: readonly Piece[], open: Open): Open {
    return pieces.reduce((now, piece) => this.piece(piece, now), open);
  }

  private piece(piece: Piece, open: Open): Open {
    if (piece.kind === 'text') return this.letters(piece.text, open);
    if (piece.kind === 'value') {
      const ends = piece.names.map((name) => this.name(name, piece.use, open));
      return piece.use === 'plain' && ends[0] !== undefined ? ends[0] : afterOutput(this.reader, open);
    }
    return afterEither(
      piece.of.map((one) => this.pieces(one, open)),
      open,
    );
  }

  /** A variable that comes into the text; gives what is open behind it. */
  private name(name: string, use: Use, open: Open): Open {
    const key = `${use} ${open} ${name}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const beyond = afterOutput(this.reader, open);
    this.known.set(key, beyond);
    const end = this.follow(name, use, open) ?? beyond;
    this.known.set(key, end);
    return end;
  }

  private follow(name: string, use: Use, open: Open): Open | undefined {
    const { walk, unit } = this;
    const { loop, loopControl, loopWith } = unit.task;
    if (reachesAnything.has(name)) return this.anything(use, open);
    if (loop && (name === loopControl.loopVar || name === 'ansible_loop')) {
      if (loopWith !== undefined && reaching.has(loopWith)) this.anything(use, open);
      return this.made(loop, use, open);
    }
    if (Object.hasOwn(walk.typedVars, name)) this.meet(name, walk.typedVars[name], use, open);
    else if (this.isTyped(name)) this.meet(name, undefined, use, open);
    else {
      const written = this.scope.written?.(name);
      return written && this.made(written, use, open);
    }
    return undefined;
  }

  private isTyped(name: string): boolean {
    const states = ofAll.has(name) ? [...this.walk.states.values()] : [this.unit.state];
    return states.some(({ typed }) => typed.has(name));
  }

  /** A variable that its author wrote: what is as it is may itself have quotes, and templates in them. */
  private made(written: Written, use: Use, open: Open): Open | undefined {
    if (use === 'plain') return this.text(written, open);
    if (this.tamed(use, open) && this.reading !== 'cron') return undefined;
    for (const text of texts(written.value)) {
      if (hasTemplate(text)) this.changed(piecesOf(parseTemplate(text, written.at).body), use, open);
    }
    return undefined;
  }

  private changed(pieces: readonly Piece[], use: Use, open: Open): void {
    for (const piece of pieces) {
      if (piece.kind === 'either') for (const one of piece.of) this.changed(one, use, open);
      if (piece.kind !== 'value') continue;
      const worse = this.tamed(use, open) || use === 'decoded' ? use : piece.use === 'decoded' ? 'decoded' : 'changed';
      for (const name of piece.names) this.name(name, worse, open);
    }
  }

  /** Something typed that a template could reach without naming it. */
  private anything(use: Use, open: Open): undefined {
    for (const [name, value] of Object.entries(this.walk.typedVars)) this.meet(name, value, use, open);
    for (const { typed } of this.walk.states.values()) {
      for (const name of typed) this.meet(name, undefined, use, open);
    }
  }

  private meet(name: string, value: Json | undefined, use: Use, open: Open): void {
    const known = value ?? this.knownNow(name);
    const cut = this.reading === 'cron' && !isUnknown(known) && hasPercent(known);
    if (this.found === undefined && (cut || !this.mayStand(value, use, open))) this.found = name;
  }

  /** What a plan does not know yet, the run looks at. */
  private knownNow(name: string): Json | Unknown | undefined {
    return this.reading === 'cron' ? this.scope.get(name) : undefined;
  }

  /** `value` is undefined for what was made of something typed: nobody knows what that is. */
  private mayStand(value: Json | undefined, use: Use, open: Open): boolean {
    if (this.tamed(use, open)) return true;
    if (value === undefined || use === 'decoded' || !isHarmless(value)) return false;
    if (this.reading !== 'sql' || isNumber(value)) return true;
    return isText(open) && !hasPercent(value);
  }

  /** Quoted, and where that makes one word of it. */
  private tamed(use: Use, open: Open): boolean {
    return use === 'quoted' && this.reading !== 'sql' && this.reading !== 'any' && isBare(open);
  }
}
