import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { opensslCsr } from '#playbook/modules/openssl_csr.ts';
import { readCertificate } from '#playbook/modules/pki/certificate.ts';
import { momentAt, readTiming } from '#playbook/modules/pki/time.ts';
import { x509Certificate } from '#playbook/modules/x509_certificate.ts';
import { present } from '#test/support/programs.ts';
import { described } from './described.ts';
import { changes, runScript, shells, tryModule } from './host.ts';
import { ordered, programs } from './programs.ts';

describe('times', () => {
  it.each([
    ['+0s', '20010909014640Z'],
    ['+3650d', '20110907014640Z'],
    ['-1w2d3h4m5s', '20010830224235Z'],
    ['+90', '20010909014810Z'],
    ['20260131120000Z', '20260131120000Z'],
    ['202601311200Z', '20260131120000Z'],
  ])('%s', (written, moment) => {
    const timing = readTiming(written);
    expect(timing && momentAt(timing, 1_000_000_000)).toBe(moment);
  });

  it.each(['', '+', '1d', '+1x', '+1d1w', '20260231120000Z', '20260131120000', '+999999999w', '$(id)', '+1d\n'])(
    'cannot be %j',
    (written) => expect(readTiming(written)).toBeUndefined(),
  );
});

describe('x509_certificate, described', () => {
  const key = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
  const none = ['it.path==/c', 'umask=0022', 'parent=folder', 'readable=yes', 'it.type=absent', 'now=1000000000'];
  const self = { path: '/c', provider: 'selfsigned', privatekey_path: '/k' };
  const own = { path: '/c', provider: 'ownca', csr_path: '/r', ownca_path: '/ca', ownca_privatekey_path: '/k' };

  it('says all that a new certificate would say', async () => {
    const { plan, script } = await described(x509Certificate, self, [...none, `key.public=${key}`]);
    expect(changes(plan)).toEqual([
      'state: absent → file',
      'subject: null → ',
      'issuer: null → ',
      expect.stringMatching(/^subject_key_identifier: null → 0414/),
      'notAfter: null → +3650d',
    ]);
    expect(script).toContain('-startdate 20010909014640Z -enddate 20110907014640Z');
  });

  it.each<[string, JsonObject, readonly string[], string]>([
    ['there is no openssl', self, ['missing=openssl'], 'x509_certificate: the host has no openssl.'],
    ['there is no key', self, ['key.is=missing'], 'The private key file /k does not exist'],
    [
      'there is no request',
      own,
      [`ca.public=${key}`, 'csr.is=missing'],
      'The certificate signing request file /r does not exist',
    ],
    ['the request may not be read', own, [`ca.public=${key}`, 'csr.is=closed'], 'request file /r cannot be read'],
    ['the request is none', own, [`ca.public=${key}`, 'csr.hex=00'], 'request file /r cannot be read: it is broken'],
    ['the authority has no key', own, ['ca.is=missing'], 'The private key file /k does not exist'],
    ['there is no such folder', self, ['parent=missing'], 'The directory / does not exist'],
  ])('says that %s', async (_name, args, lines, words) => {
    expect((await described(x509Certificate, args, [...none, ...lines])).plan.failed).toContain(words);
  });

  it.each<[JsonObject]>([
    [{ path: '/c' }],
    [{ path: '/c', provider: 'acme' }],
    [{ path: '/c', provider: 'selfsigned' }],
    [{ ...own, csr_path: null }],
    [{ ...own, ownca_path: null }],
    [{ ...own, ownca_privatekey_path: null }],
    [{ ...self, selfsigned_not_after: 'tomorrow' }],
    [{ ...self, selfsigned_digest: 'sha256 -x' }],
    [{ ...self, privatekey_passphrase: 'a\nb' }],
    [{ ...own, ownca_privatekey_passphrase: '' }],
    [{ ...self, selfsigned_version: 2 }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(x509Certificate, args, [])).rejects.toThrow('module.arguments');
  });

  it('reads nothing from what is broken', () => {
    for (const hex of ['', '3000', '30033001000000', '300930020201300030000300'])
      expect(readCertificate(Buffer.from(hex, 'hex'))).toBeUndefined();
  });
});

const tools = present(['openssl'], (name) => name);

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "it's $(id) $ENV::X ")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(tools.flatMap(() => shells.map((shell) => [shell.join(' '), shell] as const)))(
  'x509_certificate, on %s',
  (_name, shell) => {
    const path = (name = 'a certificate'): string => join(folder, name);
    const key = (name: string, ...options: readonly string[]): void => {
      execFileSync('openssl', ['genpkey', '-algorithm', 'ED25519', ...options, '-out', path(name)], {
        stdio: 'ignore',
      });
    };
    const request = (args: JsonObject) =>
      tryModule(opensslCsr, { path: path('r'), privatekey_path: path('k'), ...args }, { shell });
    const attempt = (args: JsonObject, env = {}, run = true) =>
      tryModule(x509Certificate, { path: path(), ...args }, { shell, env }, run);
    const self = () => ({ provider: 'selfsigned', privatekey_path: path('k'), csr_path: path('r') });
    const made = (name?: string) => new X509Certificate(readFileSync(path(name)));
    beforeEach(() => key('k'));

    it('makes one that signs itself, as the request says, once', async () => {
      await request({
        common_name: 'é',
        organization_name: 'A/B, C=D',
        subject_alt_name: ['DNS:a', 'IP:::1'],
        key_usage: 'digitalSignature',
        key_usage_critical: true,
      });
      const args = {
        ...self(),
        selfsigned_not_before: '20200101000000Z',
        selfsigned_not_after: '20600101000000Z',
        mode: '0640',
      };
      await attempt(args, {}, false);
      expect(existsSync(path())).toBe(false);
      const { result } = await attempt({ ...args, return_content: true });
      expect(result?.failed).toBeUndefined();
      const certificate = made();
      expect(certificate.verify(certificate.publicKey)).toBe(true);
      expect(certificate.issuer).toBe(certificate.subject);
      expect(certificate.subject).toContain('CN=é');
      expect(certificate.subjectAltName).toBe('DNS:a, IP Address:0:0:0:0:0:0:0:1');
      expect(result).toMatchObject({
        changed: true,
        result: {
          filename: path(),
          notBefore: '20200101000000Z',
          notAfter: '20600101000000Z',
          serial_number: String(BigInt(`0x${certificate.serialNumber}`)),
          certificate: readFileSync(path(), 'utf8'),
        },
      });
      expect(statSync(path()).mode & 0o777).toBe(0o640);
      const again = await attempt({ ...args, ignore_timestamps: false });
      expect([again.plan.differences, again.plan.result.notAfter]).toEqual([[], '20600101000000Z']);
      expect(
        changes(
          (await attempt({ ...args, ignore_timestamps: false, selfsigned_not_after: '20700101000000Z' }, {}, false))
            .plan,
        ),
      ).toEqual(['notAfter: 20600101000000Z → 20700101000000Z']);
      expect(readdirSync(folder).toSorted()).toEqual(['a certificate', 'k', 'r']);
    });

    it('needs no request to sign itself', async () => {
      const args = { provider: 'selfsigned', privatekey_path: path('k'), selfsigned_not_after: '+10d' };
      const { result } = await attempt(args);
      expect(result?.failed).toBeUndefined();
      expect((made().validToDate.getTime() - Date.now()) / 86_400_000).toBeCloseTo(10, 1);
      expect((await attempt(args)).plan.differences).toEqual([]);
      expect(changes((await attempt({ ...args, force: true }, {}, false)).plan)[0]).toBe('certificate: as it is → new');
    });

    it('makes it anew when request or key say otherwise, or it is broken', async () => {
      await request({ common_name: 'a' });
      await attempt(self());
      await request({ common_name: 'b', basic_constraints: 'CA:TRUE' });
      expect(changes((await attempt(self())).plan).slice(0, -1)).toEqual([
        'subject: CN=a → CN=b',
        'issuer: CN=a → CN=b',
        'subject_alt_name: DNS:a → DNS:b',
        'basic_constraints: null → CA:TRUE',
      ]);
      expect((await attempt(self())).plan.differences).toEqual([]);
      key('k');
      expect((await attempt(self())).plan.failed).toContain('is for another key than');
      await request({ common_name: 'b', basic_constraints: 'CA:TRUE' });
      expect(changes((await attempt(self(), {}, false)).plan)).toEqual([
        expect.stringContaining('subject_key_identifier: '),
        expect.stringContaining('key: another'),
        'signature: by another → valid',
        expect.stringContaining('notAfter: '),
      ]);
      writeFileSync(path(), '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n');
      const { result } = await attempt({ ...self(), backup: true });
      expect(readFileSync(String(result?.result.backup_file), 'utf8')).toContain('MAA=');
      expect((await attempt(self())).plan.differences).toEqual([]);
    });

    it('lets an authority of one’s own sign, whose passphrase no command is told', async () => {
      const passphrase = `'é"$(touch pwned) \\ * `;
      const rsa = [
        '-algorithm',
        'RSA',
        '-pkeyopt',
        'rsa_keygen_bits:2048',
        '-aes-256-cbc',
        '-pass',
        `pass:${passphrase}`,
      ];
      key('ca key', ...rsa);
      const authority = { path: path('ca r'), privatekey_path: path('ca key'), privatekey_passphrase: passphrase };
      await request({
        ...authority,
        common_name: 'Ours',
        basic_constraints: 'CA:TRUE',
        use_common_name_for_san: false,
      });
      const root = {
        path: path('ca'),
        provider: 'selfsigned',
        privatekey_path: path('ca key'),
        privatekey_passphrase: passphrase,
        csr_path: path('ca r'),
      };
      expect((await attempt(root)).result?.failed).toBeUndefined();
      await request({ common_name: 'a.example', extended_key_usage: 'serverAuth' });
      const real = (await runScript('command -v openssl')).stdout.trim();
      const host = programs({ openssl: `${ordered}\nordered "$@"; exec '${real}' "$@"` });
      const own = {
        provider: 'ownca',
        csr_path: path('r'),
        ownca_path: path('ca'),
        ownca_privatekey_path: path('ca key'),
        ownca_privatekey_passphrase: passphrase,
        ownca_digest: 'sha512',
      };
      const { result, plan, applied } = await attempt(own, host.env);
      expect(result?.failed).toBeUndefined();
      expect([made().verify(made('ca').publicKey), made().checkIssued(made('ca')), made().issuer]).toEqual([
        true,
        true,
        'CN=Ours',
      ]);
      expect(made().keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
      expect(execFileSync('openssl', ['verify', '-CAfile', path('ca'), path()], { encoding: 'utf8' })).toContain('OK');
      expect((await attempt(own, host.env)).plan.differences).toEqual([]);
      expect(host.orders().join()).toContain('[ca]');
      expect(`${host.orders().join()}${applied}${JSON.stringify(plan)}`).not.toContain('pwned');
      expect((await attempt({ ...own, ownca_privatekey_passphrase: 'x' }, {}, false)).plan.failed).toContain(
        'its passphrase is another',
      );
      key('ca key');
      const { plan: other } = await attempt({ ...own, ownca_privatekey_passphrase: null }, {}, false);
      expect(other.failed).toBe('The CA private key does not belong to the CA certificate');
      host.remove();
    });

    it('leaves everything as it was when openssl fails', async () => {
      await request({ common_name: 'a' });
      writeFileSync(path(), 'old');
      const real = (await runScript('command -v openssl')).stdout.trim();
      const host = programs({ openssl: `[ "$1" != ca ] || { echo "no more" >&2; exit 1; }; exec '${real}' "$@"` });
      const { result } = await attempt(self(), host.env);
      expect(result?.failed).toContain('no more');
      expect([readFileSync(path(), 'utf8'), readdirSync(folder).toSorted()]).toEqual([
        'old',
        ['a certificate', 'k', 'r'],
      ]);
      host.remove();
    });

    it('removes a certificate', async () => {
      await request({ common_name: 'a' });
      await attempt(self());
      await attempt({ state: 'absent' });
      expect(existsSync(path())).toBe(false);
      expect((await attempt({ state: 'absent' })).plan.differences).toEqual([]);
    });
  },
);
