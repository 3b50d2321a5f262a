import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';

/** A password under a name. Ansible calls the nameless one `default`. */
export interface VaultSecret {
  readonly id: string;
  readonly password: string;
}

/** What a vault says of itself in its first line. */
interface Envelope {
  readonly id: string | undefined;
  readonly payload: Buffer;
}

const header = /^\$ANSIBLE_VAULT;(1\.[0-9]);([A-Z0-9]+)(?:;([^\s;]+))?$/;
const iterations = 10_000;
const saltBytes = 32;
const lineLength = 80;

/** True for a text that is a vault. */
export const isVault = (text: string): boolean => text.trimStart().startsWith('$ANSIBLE_VAULT;');

const broken = (why: string, pourquoi: string): Fault =>
  new Fault({
    code: 'vault.broken',
    say: t(`This vault cannot be read: ${why}.`, `Ce coffre est illisible : ${pourquoi}.`),
  });

const wrongPassword = (id: string | undefined, tried: readonly VaultSecret[]): Fault => {
  const names = tried.map((secret) => secret.id).join(', ');
  const [en, fr] = id === undefined ? ['', ''] : [` (${id})`, ` (${id})`];
  return new Fault({
    code: 'vault.password',
    say:
      tried.length === 0
        ? t(
            `This vault${en} needs a password, and none is known.`,
            `Ce coffre${fr} demande un mot de passe, et aucun n’est connu.`,
          )
        : t(
            `No password known here opens this vault${en}; tried: ${names}.`,
            `Aucun mot de passe connu n’ouvre ce coffre${fr} ; essayés : ${names}.`,
          ),
    next: t(
      'Give it by --vault-password-file or --vault-id, or under “vault” in the configuration.',
      'Donnez-le par --vault-password-file ou --vault-id, ou sous « vault » dans la configuration.',
    ),
  });
};

const unhex = (text: string): Buffer => {
  const clean = text.replace(/\s+/g, '');
  if (clean.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(clean))
    throw broken('it is not hexadecimal', 'ce n’est pas de l’hexadécimal');
  return Buffer.from(clean, 'hex');
};

const openEnvelope = (text: string): Envelope => {
  const [first = '', ...rest] = text.trim().split(/\r?\n/);
  const found = header.exec(first.trim());
  if (!found) throw broken('its first line is not a vault’s', 'sa première ligne n’est pas celle d’un coffre');
  if (found[2] !== 'AES256')
    throw broken(`the cipher ${found[2]} is not known`, `le chiffre ${found[2]} n’est pas connu`);
  return { id: found[3], payload: unhex(rest.join('')) };
};

interface Keys {
  readonly cipher: Buffer;
  readonly hmac: Buffer;
  readonly iv: Buffer;
}

const keysOf = (password: string, salt: Buffer): Keys => {
  const derived = pbkdf2Sync(password, salt, iterations, 80, 'sha256');
  return { cipher: derived.subarray(0, 32), hmac: derived.subarray(32, 64), iv: derived.subarray(64, 80) };
};

const sign = (keys: Keys, data: Buffer): Buffer => createHmac('sha256', keys.hmac).update(data).digest();

/** The padding of AES blocks, which counter mode does not need and Ansible adds all the same. */
const pad = (data: Buffer): Buffer => {
  const size = 16 - (data.length % 16);
  return Buffer.concat([data, Buffer.alloc(size, size)]);
};

const unpad = (data: Buffer): Buffer => {
  const size = data.at(-1) ?? 0;
  if (size < 1 || size > 16 || size > data.length) throw broken('its padding is wrong', 'son bourrage est faux');
  return data.subarray(0, data.length - size);
};

const tryOpen = (payload: Buffer, password: string): Buffer | undefined => {
  const [salt = '', hmac = '', data = ''] = payload.toString('latin1').split('\n');
  const [saltData, mac, sealed] = [salt, hmac, data].map(unhex) as [Buffer, Buffer, Buffer];
  const keys = keysOf(password, saltData);
  const expected = sign(keys, sealed);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return undefined;
  const decipher = createDecipheriv('aes-256-ctr', keys.cipher, keys.iv);
  return unpad(Buffer.concat([decipher.update(sealed), decipher.final()]));
};

/**
 * What a vault holds. The secret named in it is tried first, then the others, as Ansible does. Throws a Fault
 * `vault.broken` or `vault.password`.
 */
export const openVault = (text: string, secrets: readonly VaultSecret[]): Buffer => {
  const { id, payload } = openEnvelope(text);
  const named = secrets.filter((secret) => secret.id === id);
  for (const secret of [...named, ...secrets.filter((other) => !named.includes(other))]) {
    const opened = tryOpen(payload, secret.password);
    if (opened) return opened;
  }
  throw wrongPassword(id, secrets);
};

/** A vault as `ansible-vault` writes it, readable by it; with an id other than `default` it is named in the first line. */
export const sealVault = (content: Buffer | string, secret: VaultSecret): string => {
  const salt = randomBytes(saltBytes);
  const keys = keysOf(secret.password, salt);
  const cipher = createCipheriv('aes-256-ctr', keys.cipher, keys.iv);
  const sealed = Buffer.concat([cipher.update(pad(Buffer.from(content))), cipher.final()]);
  const inner = [salt, sign(keys, sealed), sealed].map((part) => part.toString('hex')).join('\n');
  const hex = Buffer.from(inner, 'latin1').toString('hex');
  const first = secret.id === 'default' ? '$ANSIBLE_VAULT;1.1;AES256' : `$ANSIBLE_VAULT;1.2;AES256;${secret.id}`;
  const lines = hex.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  return `${[first, ...lines].join('\n')}\n`;
};

/** Opens what is sealed in playbooks and inventories. */
export interface Vault {
  /** Throws a Fault `vault.broken` or `vault.password`. */
  open(text: string): Buffer;
  /** Is told every value that was sealed, so that none is shown. */
  hide(value: string): void;
}

/** A value, and its lines: a difference shows them one by one. */
const piecesOf = (value: string): ReadonlySet<string> =>
  new Set([value, ...value.split('\n').map((line) => line.trim())]);

/** A vault with these passwords; `hide` is told every value that was sealed, and every line of it. */
export const createVault = (
  secrets: readonly VaultSecret[],
  hide: (value: string) => void = () => undefined,
): Vault => ({
  open: (text) => openVault(text, secrets),
  hide: (value) => {
    for (const piece of piecesOf(value)) if (piece !== '') hide(piece);
  },
});

/** No password is known. */
export const noVault: Vault = createVault([]);
