import type { Route } from '#core/http.ts';
import type { ConsoleOptions } from './options.ts';
import { refuses } from './replies.ts';

/** What a browser may show by itself; anything else is only saved. */
const shown = ['image/png', 'image/jpeg', 'image/webp', 'text/plain'];

const plainName = (name: string): string => name.replaceAll(/[^\w.-]/g, '_').slice(0, 100) || 'file';

/** `GET /console/api/files/:id`: a stored file. The id is the hash of the content: who was not shown it cannot name it. */
export const fileRoute = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/files/:id',
  access: 'session',
  async run(request) {
    const id = request.params.id ?? '';
    const found = /^[\w-]{16,128}$/.test(id) ? await options.files.get(id) : undefined;
    if (found === undefined) return refuses.noFile();
    const { file, content } = found;
    const inline = shown.includes(file.type);
    const charset = file.type === 'text/plain' ? '; charset=utf-8' : '';
    return {
      status: 200,
      headers: {
        'content-type': inline ? `${file.type}${charset}` : 'application/octet-stream',
        'content-disposition': `${inline ? 'inline' : 'attachment'}; filename="${plainName(file.name)}"`,
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, max-age=31536000, immutable',
      },
      body: content,
    };
  },
});
