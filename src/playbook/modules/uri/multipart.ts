import { createHash } from 'node:crypto';
import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Controller } from '../module.ts';

const wrong = (en: string, fr: string): Fault => new Fault({ code: 'module.arguments', say: t(en, fr) });

const isPairs = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text in quotes of a header: what would end it is written otherwise, as browsers do. */
const quoted = (text: string): string =>
  `"${text.replace(/["\r\n]/g, (char) => (char === '"' ? '%22' : char === '\r' ? '%0D' : '%0A'))}"`;

const types: Readonly<Record<string, string>> = {
  css: 'text/css',
  csv: 'text/csv',
  gif: 'image/gif',
  gz: 'application/gzip',
  html: 'text/html',
  jpg: 'image/jpeg',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  tar: 'application/x-tar',
  txt: 'text/plain',
  xml: 'text/xml',
  zip: 'application/zip',
};

const typeOf = (name: string): string =>
  types[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';

interface Part {
  readonly head: string;
  readonly content: Buffer;
}

/** A text; or a file, by what is in it or by its name on the controller. */
async function partOf(name: string, value: Json, remote: boolean, controller: Controller): Promise<Part> {
  const head = `Content-Disposition: form-data; name=${quoted(name)}`;
  if (typeof value === 'string') return { head, content: Buffer.from(value) };
  const { content, filename, mime_type: mime } = isPairs(value) ? value : {};
  if (typeof content !== 'string' && typeof filename !== 'string')
    throw wrong(
      `uri: body: ${name} must be a text, or have content or filename.`,
      `uri : body : ${name} doit être un texte, ou avoir content ou filename.`,
    );
  if (typeof mime === 'string' && /[\r\n\0]/.test(mime))
    throw wrong(`uri: “${mime}” is not a type.`, `uri : « ${mime} » n’est pas un type.`);
  if (typeof content !== 'string' && remote)
    throw wrong(
      'uri: files of the host cannot be parts of a form; use src.',
      'uri : des fichiers de l’hôte ne peuvent pas être des parties d’un formulaire ; utilisez src.',
    );
  const file = typeof filename === 'string' ? filename : '';
  const data = typeof content === 'string' ? Buffer.from(content) : (await controller.read(file, 'files')).content;
  const shown = file === '' ? '' : `; filename=${quoted(file.split('/').at(-1) ?? '')}`;
  const type = typeof mime === 'string' ? mime : file === '' ? 'text/plain' : typeOf(file);
  return { head: `${head}${shown}\r\nContent-Type: ${type}`, content: data };
}

/** A form in parts. What parts it comes of what is in it, so that a plan says what a run will send. */
export async function multipart(
  body: Json,
  remote: boolean,
  controller: Controller,
): Promise<{ readonly content: Buffer; readonly type: string }> {
  if (!isPairs(body))
    throw wrong(
      'uri: body must be a mapping with form-multipart.',
      'uri : body doit être un dictionnaire avec form-multipart.',
    );
  const parts: Part[] = [];
  for (const [name, value] of Object.entries(body)) parts.push(await partOf(name, value, remote, controller));
  const hash = createHash('sha256');
  for (const { head, content } of parts) hash.update(head).update('\0').update(content);
  const boundary = `quarterdeck-${hash.digest('hex').slice(0, 40)}`;
  const written = parts.flatMap(({ head, content }) => [
    Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
  return {
    content: Buffer.concat([...written, Buffer.from(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}
