import { type Card, type Run, type Step, t } from '#kit';

/** Hosts whose pages are named at most. */
const mostPages = 3;

/** The page beside an address that answered; what it was asked with as a name and a password is left out. */
function beside(url: string, page: string): string {
  const found = new URL(page, url);
  found.username = '';
  found.password = '';
  return found.href;
}

/** Where each host's page is: on the server that the last `uri` there had its answer from. */
function pagesOf(steps: readonly Step[], page: string): readonly string[] {
  const pages = new Map<string, string>();
  for (const { host, module, state, result } of steps)
    if (module === 'uri' && state === 'ok' && typeof result.url === 'string' && URL.canParse(result.url))
      pages.set(host, beside(result.url, page));
  return [...pages].slice(0, mostPages).map(([host, address]) => `${address} (${host})`);
}

/** After a run that is done: where the application can be seen, if the settings say so. */
export function withPage(card: Card, run: Run, steps: readonly Step[], page: string | undefined): Card {
  if (page === undefined || run.state !== 'done') return card;
  const pages = page.startsWith('/') ? pagesOf(steps, page) : [page];
  if (pages.length === 0) return card;
  return { ...card, fields: [...(card.fields ?? []), { label: t('Page', 'Page'), value: pages.join(', ') }] };
}
