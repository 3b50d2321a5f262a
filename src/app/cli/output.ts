import { inLanguage, type Language, type Text, t } from '#core/text.ts';

/** Where a command says its words. */
export interface Output {
  out(text: Text): void;
  error(text: Text): void;
  /** Resolves with why, when words could no longer be said: nobody reads on, the disk is full, the terminal was closed. */
  readonly lost: Promise<NodeJS.ErrnoException>;
}

const notWritten = (code = 'unknown') =>
  t(`What there is to say could not be written (${code}).`, `Ce qu’il y a à dire n’a pu être écrit (${code}).`);

/**
 * This process's output. No command ends in the middle because its words are not taken: they are dropped, and it goes on
 * to its own end. `onFull` is told when they were lost against the will of whoever reads, as on a full disk.
 */
export function outputHere(language: Language, onFull: () => void): Output {
  const { promise: lost, resolve } = Promise.withResolvers<NodeJS.ErrnoException>();
  const deaf = new Set<NodeJS.WriteStream>();
  const writeTo = (stream: NodeJS.WriteStream) => (text: Text) => {
    if (!deaf.has(stream)) stream.write(`${inLanguage(text, language)}\n`);
  };
  const error = writeTo(process.stderr);
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (fault: NodeJS.ErrnoException) => {
      if (deaf.has(stream)) return;
      deaf.add(stream);
      resolve(fault);
      if (fault.code === 'EPIPE') return;
      error(notWritten(fault.code));
      onFull();
    });
  return { out: writeTo(process.stdout), error, lost };
}
