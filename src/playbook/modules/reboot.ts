import { randomBytes } from 'node:crypto';
import type { JsonObject } from '#core/json.ts';
import type { Apply, Module, ModulePlan, Quote } from './module.ts';

interface RebootArgs {
  /** Tells this reboot from every other one. */
  readonly token: string;
  /** Prints something else after each boot. */
  readonly bootCommand: string;
  readonly command?: string;
  readonly message: string;
  readonly before: number;
  readonly after: number;
  readonly timeout: number;
  readonly test: string;
  readonly paths: readonly string[];
}

const seconds = (value: unknown): number => Math.max(0, Number(value ?? 0));

const prepare = (args: JsonObject): RebootArgs => ({
  token: randomBytes(8).toString('hex'),
  bootCommand: String(args.boot_time_command),
  ...(typeof args.reboot_command === 'string' && { command: args.reboot_command }),
  message: String(args.msg),
  before: seconds(args.pre_reboot_delay),
  after: seconds(args.post_reboot_delay),
  timeout: seconds(args.reboot_timeout),
  test: String(args.test_command),
  paths: Array.isArray(args.search_paths) ? args.search_paths.map(String) : [],
});

const asked = ({ bootCommand }: RebootArgs, quote: Quote): string => `boot=$(sh -c ${quote(bootCommand)} 2>/dev/null)`;

const plan = (_args: RebootArgs, boot: string): ModulePlan => {
  const failed = 'it cannot be told whether the host was rebooted: “boot_time_command” prints nothing';
  if (boot === '') return { differences: [], result: { msg: failed, rebooted: false }, failed };
  return {
    differences: [{ subject: 'host', aspect: 'boot', before: boot, after: 'another' }],
    result: { rebooted: true },
  };
};

/** The code for “not yet”. */
const notYet = 75;

const commandOf = ({ command, paths, message, before }: RebootArgs, quote: Quote): string =>
  command ??
  `PATH=$PATH:${quote(paths.join(':'))} shutdown -r ${Math.floor(before / 60) === 0 ? 'now' : `+${Math.floor(before / 60)}`} ${quote(message)}`;

/**
 * Sent again and again until the host was booted anew: the first time it begins the reboot, in the background, so that the
 * answer comes before the connection goes; from the new boot on it runs the test command.
 */
const apply = (args: RebootArgs, boot: string, quote: Quote): Apply => ({
  script: `${asked(args, quote)}
if [ "$boot" ] && [ "$boot" != ${quote(boot)} ]; then
  ${args.after > 0 ? `sleep ${args.after}` : ':'}
  said=$(sh -c ${quote(args.test)} 2>&1) && exit 0
  echo "the host is back, but the test command fails: $said" >&2
  exit ${notYet}
fi
mark=/tmp/.quarterdeck-reboot-${args.token}
if mkdir "$mark" 2>/dev/null; then
  (sleep ${Math.max(1, args.before % 60)}; sh -c ${quote(commandOf(args, quote))}; code=$?; echo "$code" >"$mark/code") >"$mark/said" 2>&1 </dev/null &
fi
if [ -s "$mark/code" ] && [ "$(cat "$mark/code")" != 0 ]; then
  echo "the reboot command failed: $(tail -n 1 "$mark/said")" >&2
  exit 1
fi
echo "the host was not booted anew in time" >&2
exit ${notYet}`,
});

/** Reboots a host, and waits until it was booted anew and answers. */
export const reboot: Module<RebootArgs, string> = {
  name: 'reboot',
  interpreted: { boot_time_command: 'shell', reboot_command: 'shell', test_command: 'shell' },
  args: {
    boot_time_command: { type: 'str', default: 'cat /proc/sys/kernel/random/boot_id' },
    /** The inventory's own time limit for connecting holds; this has no effect. */
    connect_timeout: { type: 'int' },
    msg: { type: 'str', default: 'Reboot initiated by Ansible' },
    post_reboot_delay: { type: 'int', default: 0 },
    pre_reboot_delay: { type: 'int', default: 0 },
    reboot_command: { type: 'str' },
    reboot_timeout: { type: 'int', default: 600 },
    search_paths: { type: 'list', default: ['/sbin', '/bin', '/usr/sbin', '/usr/bin', '/usr/local/sbin'] },
    test_command: { type: 'str', default: 'whoami' },
  },
  freeForm: 'kv',
  prepare,
  probe: (args, quote) => `${asked(args, quote)}\necho "$boot"`,
  read: ({ stdout }) => stdout.trim(),
  plan,
  apply: (args, boot, _plan, quote) => apply(args, boot, quote),
  finish: () => ({ result: { rebooted: true }, changed: true }),
  waits: (args) => ({ everySeconds: 1, timeoutSeconds: args.timeout, unreachable: true, notYetCode: notYet }),
};
