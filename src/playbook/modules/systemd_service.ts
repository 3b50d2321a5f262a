import { systemd } from './systemd.ts';

/** `systemd` by its newer name. */
export const systemdService: typeof systemd = { ...systemd, name: 'systemd_service' };
