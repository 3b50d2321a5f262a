import type { Applied, Quote } from '../module.ts';
import { readFields } from '../state/fields.ts';

/** Prepared arguments of `service`. */
export interface ServiceArgs {
  readonly name: string;
  readonly state?: string;
  readonly enabled?: boolean;
}

/** How services are kept on the host, and how this one stands. */
export interface ServiceState {
  readonly kept: 'systemd' | 'openrc' | 'init';
  readonly exists: boolean;
  readonly running: boolean;
  readonly enabled: boolean;
}

/** Systemd answers unless it did not boot the machine; then OpenRC, then scripts of `/etc/init.d`. */
export const probeService = (args: ServiceArgs, quote: Quote): string => `n=${quote(args.name)}
systemd() {
  command -v systemctl >/dev/null 2>&1 || return 1
  a=$(systemctl is-active "$n" 2>&1); r=$?
  case $a in *'not been booted'* | *'connect to bus'* | *offline*) return 1 ;; esac
  e=$(systemctl is-enabled "$n" 2>/dev/null); v=$?
  echo kept=systemd; echo "active=$(printf %s "$a" | head -n 1)"; echo "enabled=$(printf %s "$e" | head -n 1)"; echo "enabled.code=$v"
}
openrc() {
  command -v rc-service >/dev/null 2>&1 || return 1
  echo kept=openrc
  rc-service -e "$n" && echo exists=yes
  rc-service "$n" status >/dev/null 2>&1 && echo running=yes
  rc-update show default 2>/dev/null | grep -q "^ *$n *|" && echo enabled=yes
  return 0
}
init() {
  echo kept=init
  if [ -x "/etc/init.d/$n" ]; then echo exists=yes; "/etc/init.d/$n" status >/dev/null 2>&1 </dev/null && echo running=yes; fi
  for f in /etc/rc[2345].d/S[0-9][0-9]"$n"; do [ -e "$f" ] && echo enabled=yes && break; done
}
systemd || openrc || init
echo end`;

const living = new Set(['active', 'reloading', 'activating']);

/** Reads what the probe printed. */
export const readService = (output: Applied): ServiceState => {
  const fields = readFields(output);
  const kept = fields.get('kept');
  if (kept !== 'systemd') {
    return {
      kept: kept === 'openrc' ? 'openrc' : 'init',
      exists: fields.get('exists') === 'yes',
      running: fields.get('running') === 'yes',
      enabled: fields.get('enabled') === 'yes',
    };
  }
  const active = fields.get('active') ?? '';
  const enabled = fields.get('enabled') ?? '';
  const unknown = (enabled === '' || enabled === 'not-found') && !living.has(active) && active !== 'failed';
  return { kept, exists: !unknown, running: living.has(active), enabled: fields.get('enabled.code') === '0' };
};
