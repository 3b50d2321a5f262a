import { dnfModule } from './dnf.ts';

/** The same as `dnf`, by its older name: what the host has is used. */
export const yum = dnfModule('yum');
