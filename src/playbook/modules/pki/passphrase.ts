import { wrong } from '../state/wrong.ts';

/** Throws a Fault for a passphrase that openssl would read differently. */
export const checkPassphrase = (module: string, name: string, passphrase: string): void => {
  if (passphrase !== '' && !/[\n\r\0]/.test(passphrase) && Buffer.byteLength(passphrase) < 1000) return;
  throw wrong(
    `${module}: ${name} is one line of up to 999 bytes.`,
    `${module} : ${name} est une ligne de 999 octets au plus.`,
  );
};
