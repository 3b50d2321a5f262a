import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';

/** Arguments that do not go together, or a value that cannot be: said before any host is asked. */
export const wrong = (en: string, fr: string): Fault => new Fault({ code: 'module.arguments', say: t(en, fr) });
