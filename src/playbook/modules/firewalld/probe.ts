import type { Applied, Quote } from '../module.ts';
import { type Fields, readFields } from '../state/fields.ts';
import { missingTool, needFunction, sayFunction, toolPath } from '../state/tools.ts';
import type { FirewalldArgs } from './arguments.ts';

/** What the host says of its firewall. */
export interface FirewalldState {
  readonly failed?: string;
  readonly running: boolean;
  readonly zone: string;
  /** What is on disk: `yes` or `no`, a zone's target, or the names of zones. */
  readonly permanent: string;
  /** What is in force. */
  readonly immediate: string;
}

/** How a state is asked for. */
const questionOf = ({ subject }: FirewalldArgs): string => {
  if (subject.about === 'item') return subject.item.query;
  return subject.about === 'target' ? '--get-target' : '--get-zones';
};

const askLine = (key: string, command: string, args: FirewalldArgs, quote: Quote): string => {
  const zone = args.subject.about === 'zone' ? '' : '--zone="$z" ';
  return `o=$(${command} ${zone}${quote(questionOf(args))} 2>&1); printf '%s\\n' "$o" | say ${key}`;
};

/** Asks whether firewalld runs, and how it stands with what the task is about. */
export const probeFirewalld = (args: FirewalldArgs, quote: Quote): string =>
  [
    toolPath,
    sayFunction,
    needFunction,
    'need firewall-cmd',
    's=$(firewall-cmd --state 2>&1); r=$?',
    // 252: firewalld does not run; 36: nor does the bus by which one speaks to it.
    'case $r in 0) per="firewall-cmd --permanent"; any=firewall-cmd ;; 252|36) need firewall-offline-cmd; per=firewall-offline-cmd; any=$per ;;',
    '*) printf "%s\\n" "$s" | say closed; echo end; exit 0 ;; esac',
    'echo "state=$r"',
    args.zone === '' ? 'z=$($any --get-default-zone 2>/dev/null)' : `z=${quote(args.zone)}`,
    'echo "zone=$z"',
    ...(args.permanent ? [askLine('permanent', '$per', args, quote)] : []),
    ...(args.immediate ? [`if [ $r -eq 0 ]; then ${askLine('immediate', 'firewall-cmd', args, quote)}; fi`] : []),
    'echo end',
  ].join('\n');

const answer = (fields: Fields, key: string): string | undefined => fields.raw(key)?.trim().split('\n').at(-1)?.trim();

const answers = { item: /^(?:yes|no)$/, target: /^[\w%{}]+$/, zone: /^[\w/ -]*$/ } as const;

/* A question is answered by yes or no, a target or names; everything else is why there is no answer. */
const strange = (args: FirewalldArgs, said: string | undefined): string | undefined => {
  if (said === undefined) return undefined;
  if (answers[args.subject.about].test(said)) return undefined;
  const advice =
    /INVALID_ZONE/.test(said) && args.immediate ? '. A new zone is in force once firewalld was reloaded.' : '';
  return `firewalld: ${said}${advice}`;
};

const notRunning = ({ immediate, permanent, offline }: FirewalldArgs, running: boolean): string | undefined =>
  running || !immediate || (permanent && offline)
    ? undefined
    : 'firewalld is not running, so nothing can be in force at once. Start it first, or write permanent: true without immediate.';

/** Reads what {@link probeFirewalld} printed. */
export const readFirewalld = (output: Applied, args: FirewalldArgs): FirewalldState => {
  const fields = readFields(output);
  const running = fields.get('state') === '0';
  const [permanent, immediate] = [answer(fields, 'permanent'), answer(fields, 'immediate')];
  const failed =
    missingTool(fields, 'firewalld', 'Install the package firewalld there.') ??
    fields.raw('closed')?.trim() ??
    notRunning(args, running) ??
    strange(args, permanent) ??
    strange(args, immediate);
  return {
    ...(failed !== undefined && { failed }),
    running,
    zone: fields.get('zone') ?? '',
    permanent: permanent ?? '',
    immediate: immediate ?? '',
  };
};
