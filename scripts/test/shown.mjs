import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The path of a program that a package brought. */
export const bin = (root, name) => join(root, 'node_modules/.bin', name);

/** Runs a program in sight; true when it ended well. */
export const shown = (command, args, cwd, env = process.env) =>
  new Promise((settle) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    child.on('error', () => settle(false));
    child.on('close', (code) => settle(code === 0));
  });
