import type { Refusal } from '#core/errors.ts';
import type { Route } from '#core/http.ts';
import { languageOf } from './language.ts';
import { refusalBody } from './refusals.ts';

/** One thing that must be well before the bot is ready; undefined when it is. */
export interface ReadyCheck {
  readonly name: string;
  check(): Promise<Refusal | undefined> | Refusal | undefined;
}

/** What a registry of prom-client offers. */
export interface MetricsPage {
  readonly contentType: string;
  metrics(): Promise<string>;
}

const broken = (name: string): Refusal => ({
  code: 'http.check_failed',
  say: { en: `The check “${name}” failed.`, fr: `La vérification « ${name} » a échoué.` },
});

const outcome = async (check: ReadyCheck): Promise<Refusal | undefined> => {
  try {
    return await check.check();
  } catch {
    return broken(check.name);
  }
};

/** `/healthz` (the process lives), `/readyz` (it can take orders, or why not) and `/metrics` (Prometheus text; a token is asked of other machines). */
export const healthRoutes = (options: {
  readonly checks: readonly ReadyCheck[];
  /** What is wrong although orders can be taken. */
  readonly warnings?: () => Promise<readonly Refusal[]> | readonly Refusal[];
  readonly metrics?: MetricsPage;
}): readonly Route[] => {
  const health: Route = {
    method: 'GET',
    path: '/healthz',
    access: 'public',
    run: async () => ({ status: 200, body: { alive: true } }),
  };
  const ready: Route = {
    method: 'GET',
    path: '/readyz',
    access: 'public',
    run: async ({ headers }) => {
      const found = await Promise.all(
        options.checks.map(async (check) => ({ name: check.name, refusal: await outcome(check) })),
      );
      const language = languageOf(headers['accept-language']);
      const reasons = found.flatMap(({ name, refusal }) =>
        refusal === undefined ? [] : [{ check: name, ...refusalBody(refusal, language) }],
      );
      const warnings = ((await options.warnings?.()) ?? []).map((refusal) => refusalBody(refusal, language));
      return { status: reasons.length === 0 ? 200 : 503, body: { ready: reasons.length === 0, reasons, warnings } };
    },
  };
  const { metrics } = options;
  if (metrics === undefined) return [health, ready];
  const figures: Route = {
    method: 'GET',
    path: '/metrics',
    access: 'near',
    run: async () => ({
      status: 200,
      headers: { 'content-type': metrics.contentType },
      body: Buffer.from(await metrics.metrics()),
    }),
  };
  return [health, ready, figures];
};
