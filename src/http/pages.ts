import { createHash } from 'node:crypto';
import { access, readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Refusal } from '#core/errors.ts';
import type { Route, WebReply, WebRequest } from '#core/http.ts';
import { t } from '#core/text.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

interface Page {
  readonly type: string;
  readonly content: Buffer;
  readonly zipped: Buffer;
  readonly tag: string;
}

const readPage = async (path: string): Promise<Page> => {
  const content = await readFile(path);
  return {
    type: types[extname(path)] ?? 'application/octet-stream',
    content,
    zipped: await promisify(gzip)(content, { level: 9 }),
    tag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
  };
};

/** Reads every page once, so that no address can name a file that is not one. */
const readPages = async (folder: string): Promise<ReadonlyMap<string, Page>> => {
  const pages = new Map<string, Page>([['index.html', await readPage(join(folder, 'index.html'))]]);
  for (const name of await readdir(join(folder, 'assets'))) {
    pages.set(`assets/${name}`, await readPage(join(folder, 'assets', name)));
  }
  return pages;
};

const answer = (page: Page, request: WebRequest, cacheControl: string): WebReply => {
  const headers = { 'cache-control': cacheControl, etag: page.tag, vary: 'accept-encoding' };
  if (request.headers['if-none-match'] === page.tag) return { status: 304, headers };
  const zip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  return {
    status: 200,
    headers: { ...headers, 'content-type': page.type, ...(zip ? { 'content-encoding': 'gzip' } : {}) },
    body: zip ? page.zipped : page.content,
  };
};

/** The console's page was never built: said at the start, and to whoever asks for it. */
export const pageNotBuilt: Refusal = {
  code: 'http.page_missing',
  say: t('The console’s page has not been built.', 'La page de la console n’a pas été construite.'),
  next: t('Run: npm run build', 'Lancez : npm run build'),
};

const notBuilt: WebReply = { status: 503, refusal: pageNotBuilt };

/** Whether the console's page is in the folder. */
export const isBuilt = (folder: string): Promise<boolean> =>
  access(join(folder, 'index.html')).then(
    () => true,
    () => false,
  );

const missing: WebReply = {
  status: 404,
  refusal: {
    code: 'http.not_found',
    say: t('There is nothing at this address.', 'Il n’y a rien à cette adresse.'),
    next: t('Reload the page.', 'Rechargez la page.'),
  },
};

/** The console's page from the folder Vite builds: the page itself always asked again, its hashed files kept for a year. */
export const pageRoutes = (options: { readonly folder: string }): readonly Route[] => {
  let reading: Promise<ReadonlyMap<string, Page>> | undefined;
  const pages = async (): Promise<ReadonlyMap<string, Page> | undefined> => {
    reading ??= readPages(options.folder);
    try {
      return await reading;
    } catch {
      reading = undefined; // built later: the next request looks again
      return undefined;
    }
  };
  const show =
    (name: (request: WebRequest) => string, cacheControl: string): Route['run'] =>
    async (request) => {
      const all = await pages();
      if (all === undefined) return notBuilt;
      const page = all.get(name(request));
      return page === undefined ? missing : answer(page, request, cacheControl);
    };
  const index = show(() => 'index.html', 'no-cache');
  return [
    { method: 'GET', path: '/', access: 'public', run: index },
    { method: 'GET', path: '/login/:token', access: 'public', run: index },
    {
      method: 'GET',
      path: '/assets/:file',
      access: 'public',
      run: show(({ params }) => `assets/${params.file ?? ''}`, 'public, max-age=31536000, immutable'),
    },
  ];
};
