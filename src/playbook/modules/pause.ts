import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Module } from './module.ts';

interface PauseArgs {
  readonly seconds: number;
  readonly said: string;
  readonly echo: boolean;
}

const wrong = (en: string, fr: string, next?: { readonly en: string; readonly fr: string }): Fault =>
  new Fault({ code: 'module.arguments', say: t(en, fr), ...(next && { next: t(next.en, next.fr) }) });

const nobodyAnswers = (): Fault =>
  wrong(
    'pause: without seconds or minutes it waits for somebody at a keyboard, and a run has none.',
    'pause : sans seconds ni minutes elle attend quelqu’un au clavier, et une exécution n’en a pas.',
    {
      en: 'Give seconds or minutes, pass the answer as a variable (-e), or make the order one that needs approval.',
      fr: 'Donnez seconds ou minutes, passez la réponse comme variable (-e), ou faites-en un ordre à approuver.',
    },
  );

const prepare = (args: JsonObject): PauseArgs => {
  const { minutes, seconds } = args;
  if (minutes !== undefined && seconds !== undefined) {
    throw wrong(
      'pause: parameters are mutually exclusive: minutes|seconds.',
      'pause : minutes ou seconds, pas les deux.',
    );
  }
  if (minutes === undefined && seconds === undefined) throw nobodyAnswers();
  const whole = Math.trunc(Number(minutes ?? seconds));
  const wait = Math.max(1, minutes === undefined ? whole : whole * 60);
  const said = minutes === undefined ? `${wait} seconds` : `${Math.round((wait / 60) * 100) / 100} minutes`;
  return { seconds: wait, said, echo: args.echo !== false };
};

/** Waits, once for all hosts. Nobody is asked anything: with `seconds` or `minutes`, Ansible's `prompt` is a text only. */
export const pause: Module<PauseArgs, null> = {
  name: 'pause',
  args: {
    seconds: { type: 'float' },
    minutes: { type: 'float' },
    prompt: { type: 'str' },
    echo: { type: 'bool', default: true },
  },
  freeForm: 'kv',
  local: true,
  oneForAll: true,
  prepare,
  probe: () => undefined,
  read: () => null,
  plan: ({ seconds, said, echo }) => ({
    differences: [{ subject: 'pause', aspect: 'asks', before: false, after: said, reads: true }],
    result: { rc: 0, stdout: `Paused for ${said}`, stderr: '', delta: seconds, echo, user_input: '' },
  }),
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
  waits: ({ seconds }) => ({ everySeconds: 0, timeoutSeconds: 0, afterSeconds: seconds }),
};
