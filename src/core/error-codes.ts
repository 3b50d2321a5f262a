import { ansible } from './error-codes/ansible.ts';
import { app } from './error-codes/app.ts';
import { audit } from './error-codes/audit.ts';
import { charts } from './error-codes/charts.ts';
import { chat } from './error-codes/chat.ts';
import { commands } from './error-codes/commands.ts';
import { harbour } from './error-codes/harbour.ts';
import { http } from './error-codes/http.ts';
import { playbook } from './error-codes/playbook.ts';
import { policy } from './error-codes/policy.ts';
import { runs } from './error-codes/runs.ts';
import { settings } from './error-codes/settings.ts';
import { ssh } from './error-codes/ssh.ts';
import { store } from './error-codes/store.ts';

/** Every stable code by the room it is about, with what it means: docs/errors.md is made of it. */
export const errorCodes = {
  ansible,
  app,
  audit,
  charts,
  chat,
  commands,
  harbour,
  http,
  playbook,
  policy,
  runs,
  settings,
  ssh,
  store,
} as const;

type Rooms = typeof errorCodes;

/** A code of the catalogue. */
export type ErrorCode = { [Room in keyof Rooms]: keyof Rooms[Room] }[keyof Rooms];
