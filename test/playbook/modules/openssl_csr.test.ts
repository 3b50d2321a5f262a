import { execFileSync } from 'node:child_process';
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
import { der, fromPem, inside, oidDer, oidOf, readDer } from '#playbook/modules/pki/der.ts';
import { generalName } from '#playbook/modules/pki/extensions.ts';
import { namePart, subjectOption } from '#playbook/modules/pki/names.ts';
import { readRequest } from '#playbook/modules/pki/request.ts';
import { present } from '#test/support/programs.ts';
import { described } from './described.ts';
import { changes, runScript, shells, tryModule } from './host.ts';
import { ordered, programs } from './programs.ts';

describe('DER', () => {
  it.each(['2.5.4.3', '1.2.840.113549.1.1.11', '0.9.2342.19200300.100.1.25', '2.999.1', '1.3.6.1.4.1.99999999999'])(
    'keeps the identifier %s',
    (oid) => expect(oidOf(readDer(oidDer(oid))?.[0])).toBe(oid),
  );

  it.each(['30', '3005', '308000', '3084ffffffff', '1f8101', '30850000000001'])('is not what is broken: %s', (hex) =>
    expect(readDer(Buffer.from(hex, 'hex'))).toBeUndefined(),
  );

  it('counts long lengths', () => {
    const [piece] = readDer(der(0x30, der(0x04, Buffer.alloc(70_000)))) ?? [];
    expect(inside(piece)[0]?.content.length).toBe(70_000);
  });

  it('stands in a text between lines', () => {
    const text = 'x\n-----BEGIN A-----\nMAA=\n-----END A-----\n-----BEGIN B-----\nMAEA\n-----END B-----\n';
    expect(fromPem(text, /^B$/)?.toString('hex')).toBe('300100');
    expect(fromPem(text, /^C$/)).toBeUndefined();
  });
});

describe('names', () => {
  it.each([
    ['DNS:a.example', '8209612e6578616d706c65'],
    ['DNS:*.bücher.example', `8217${Buffer.from('*.xn--bcher-kva.example').toString('hex')}`],
    ['IP:10.0.0.1', '87040a000001'],
    ['IP:::1', '871000000000000000000000000000000001'],
    ['IP:fe80::1:2', '8710fe800000000000000000000000010002'],
    ['IP:::ffff:1.2.3.4', '871000000000000000000000ffff01020304'],
    ['IP:1:2:3:4:5:6:7:8', '871000010002000300040005000600070008'],
    ['email:a@b.c', '81056140622e63'],
    ['URI:http://a/', '8609687474703a2f2f612f'],
    ['RID:1.2.3', '88022a03'],
  ])('%s', (name, hex) => expect(generalName(name)?.toString('hex')).toBe(hex));

  it.each([
    'a.example',
    'IP:300.1.1.1',
    'IP:10.0.0.0/8',
    'IP:fe80::1%eth0',
    'DNS:',
    'DNS:a b',
    'DNS:a\nb',
    'dirName:x',
    'RID:x',
  ])('cannot be %j', (name) => expect(generalName(name)).toBeUndefined());

  it('are escaped for openssl', () => {
    const parts = [namePart('CN', "a/b+c=d\\e $(id) '"), namePart('C', 'DE')].flatMap((one) =>
      typeof one === 'object' ? [one] : [],
    );
    expect(subjectOption(parts)).toBe("/2.5.4.3=a\\/b\\+c\\=d\\\\e $(id) '/2.5.4.6=DE");
    expect([
      namePart('X', 'a'),
      namePart('C', 'DEU'),
      namePart('CN', ''),
      namePart('CN', 'a\nb'),
      namePart('emailAddress', 'é'),
    ]).toEqual(['unknown', 'length', 'length', 'characters', 'characters']);
  });
});

describe('openssl_csr, described', () => {
  const key = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
  const x25519 = 'MCowBQYDK2VuAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
  const none = ['it.path==/r', 'umask=0022', 'parent=folder', 'readable=yes', 'it.type=absent'];
  const args = { path: '/r', privatekey_path: '/k', common_name: 'a' };

  it('says all that a new request would say', async () => {
    const { plan } = await described(opensslCsr, { ...args, key_usage: ['digitalSignature', 'Key Encipherment'] }, [
      ...none,
      `key.public=${key}`,
    ]);
    expect(changes(plan)).toEqual([
      'state: absent → file',
      'subject: null → CN=a',
      'subject_alt_name: null → DNS:a',
      'key_usage: null → digitalSignature, keyEncipherment',
      'key: null → /k',
    ]);
  });

  it.each<[string, readonly string[], string]>([
    ['there is no openssl', ['missing=openssl'], 'openssl_csr: the host has no openssl.'],
    ['there is no key', ['key.is=missing'], 'The private key file /k does not exist'],
    ['the key may not be read', ['key.is=closed'], 'The private key file /k cannot be read'],
    ['the key is broken', ['key.public='], 'it is broken, or its passphrase is another'],
    ['the key signs nothing', [`key.public=${x25519}`], 'is of type X25519, which signs nothing'],
    ['there is no such folder', ['parent=missing'], 'The directory / does not exist'],
  ])('says that %s', async (_name, lines, words) => {
    expect((await described(opensslCsr, args, [...none, ...lines])).plan.failed).toContain(words);
  });

  it.each<[JsonObject]>([
    [{ path: '/r' }],
    [{ ...args, country_name: 'DEU' }],
    [{ ...args, common_name: 'x'.repeat(65) }],
    [{ ...args, common_name: 'a\nb' }],
    [{ ...args, common_name: 'a b' }],
    [{ ...args, subject: { favourite: 'x' } }],
    [{ ...args, subject_alt_name: ['example.com'] }],
    [{ ...args, subject_alt_name: ['dirName:CN=x'] }],
    [{ ...args, key_usage: ['everything'] }],
    [{ ...args, key_usage: ['encipherOnly'] }],
    [{ ...args, extended_key_usage: ['1.2; id'] }],
    [{ ...args, basic_constraints: ['CA:MAYBE'] }],
    [{ ...args, basic_constraints: ['CA:FALSE', 'pathlen:0'] }],
    [{ ...args, privatekey_passphrase: 'a\nb' }],
    [{ ...args, digest: 'sha256 -x' }],
    [{ ...args, name_constraints_permitted: ['DNS:a'] }],
  ])('refuses %j before any host is asked', async (given) => {
    await expect(described(opensslCsr, given, [])).rejects.toThrow('module.arguments');
  });

  it('reads nothing from what is broken', () => {
    for (const hex of ['', '3000', '30033001000000', '3082000030003000'])
      expect(readRequest(Buffer.from(hex, 'hex'))).toBeUndefined();
  });
});

const tools = present(['openssl'], (name) => name);

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "it's $(id) ")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(tools.flatMap(() => shells.map((shell) => [shell.join(' '), shell] as const)))(
  'openssl_csr, on %s',
  (_name, shell) => {
    const path = (name = 'a request'): string => join(folder, name);
    const key = (name: string, ...options: readonly string[]): void => {
      execFileSync('openssl', ['genpkey', '-algorithm', 'ED25519', ...options, '-out', path(name)], {
        stdio: 'ignore',
      });
    };
    const attempt = (args: JsonObject, env = {}, run = true) =>
      tryModule(
        opensslCsr,
        { path: path(), privatekey_path: path('k'), common_name: 'a.example', ...args },
        { shell, env },
        run,
      );
    const text = (): string =>
      execFileSync('openssl', ['req', '-in', path(), '-noout', '-text', '-nameopt', 'utf8'], { encoding: 'utf8' });
    beforeEach(() => key('k'));

    it('makes a request with everything in it, once', async () => {
      const subject = { O: ['"it\'s" / a+b=c\\d', 'é $(touch pwned) #;'], GN: 'Ada' };
      const args = {
        country_name: 'DE',
        email_address: 'a@b.c',
        subject,
        subject_alt_name: [
          'DNS:b.example',
          'IP:10.0.0.1',
          'IP:fe80::1',
          'email:a@b.c',
          'URI:http://a/?b,c',
          'RID:1.2.3',
        ],
        subject_alt_name_critical: true,
        key_usage: ['digitalSignature', 'keyAgreement', 'decipherOnly'],
        key_usage_critical: true,
        extended_key_usage: ['serverAuth', 'TLS Web Client Authentication', '1.2.3.4'],
        basic_constraints: ['CA:TRUE', 'pathlen:0'],
        basic_constraints_critical: true,
        ocsp_must_staple: true,
        mode: '0640',
      };
      await attempt(args, {}, false);
      expect(existsSync(path())).toBe(false);
      const { result } = await attempt(args);
      expect(result?.failed).toBeUndefined();
      expect(result).toMatchObject({
        changed: true,
        result: { filename: path(), privatekey: path('k'), ocspMustStaple: true },
      });
      for (const words of [
        'C=DE, CN=a.example, emailAddress=a@b.c',
        'é $(touch pwned) #;',
        'X509v3 Subject Alternative Name: critical',
        'DNS:b.example, IP Address:10.0.0.1, IP Address:FE80:0:0:0:0:0:0:1, email:a@b.c, URI:http://a/?b,c, Registered ID:1.2.3',
        'Digital Signature, Key Agreement, Decipher Only',
        'TLS Web Server Authentication, TLS Web Client Authentication, 1.2.3.4',
        'CA:TRUE, pathlen:0',
        'status_request',
      ])
        expect(text()).toContain(words);
      expect(statSync(path()).mode & 0o777).toBe(0o640);
      expect((await attempt(args)).plan.differences).toEqual([]);
      expect(
        (await attempt({ ...args, subject_alt_name: args.subject_alt_name.toReversed() })).plan.differences,
      ).toEqual([]);
      expect(readdirSync(folder).toSorted()).toEqual(['a request', 'k']);
    });

    it('says what is otherwise, and makes that', async () => {
      await attempt({ key_usage: 'digitalSignature' });
      const args = { common_name: 'b', subject_alt_name: 'DNS:c', basic_constraints: 'CA:FALSE', force: false };
      const { plan } = await attempt(args);
      expect(changes(plan)).toEqual([
        'subject: CN=a.example → CN=b',
        'subject_alt_name: DNS:a.example → DNS:c',
        'key_usage: digitalSignature → null',
        'basic_constraints: null → CA:FALSE',
      ]);
      expect((await attempt(args)).plan.differences).toEqual([]);
      key('k');
      expect(changes((await attempt(args)).plan)).toEqual([`key: another → ${path('k')}`]);
      expect(changes((await attempt({ ...args, subject_alt_name_critical: true }, {}, false)).plan)).toEqual([
        'subject_alt_name: DNS:c → critical, DNS:c',
      ]);
      expect(
        changes((await attempt({ ...args, use_common_name_for_san: false, subject_alt_name: [] }, {}, false)).plan),
      ).toEqual(['subject_alt_name: DNS:c → null']);
    });

    it('makes a broken request, or one that was tampered with, anew', async () => {
      await attempt({});
      const good = readFileSync(path(), 'utf8');
      const bytes = fromPem(good, /REQUEST/) ?? Buffer.alloc(0);
      bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
      writeFileSync(
        path(),
        `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`,
      );
      expect(changes((await attempt({}, {}, false)).plan)).toEqual(['signature: not valid → valid']);
      writeFileSync(path(), 'no request\n');
      const { result } = await attempt({ backup: true, return_content: true });
      expect(readFileSync(String(result?.result.backup_file), 'utf8')).toBe('no request\n');
      expect(result?.result.csr).toBe(readFileSync(path(), 'utf8'));
      expect((await attempt({ return_content: true })).plan.result.csr).toBe(readFileSync(path(), 'utf8'));
      expect(changes((await attempt({ force: true }, {}, false)).plan)).toEqual(['request: as it is → new']);
    });

    it('is signed by a sealed key, whose passphrase no command is told', async () => {
      const passphrase = `'é"$(touch pwned) \\ * `;
      const rsa = [
        '-algorithm',
        'RSA',
        '-pkeyopt',
        'rsa_keygen_bits:1024',
        '-aes-256-cbc',
        '-pass',
        `pass:${passphrase}`,
      ];
      execFileSync('openssl', ['genpkey', ...rsa, '-out', path('k')], { stdio: 'ignore' });
      const real = (await runScript('command -v openssl')).stdout.trim();
      const host = programs({ openssl: `${ordered}\nordered "$@"; exec '${real}' "$@"` });
      const args = { privatekey_passphrase: passphrase, digest: 'sha512' };
      const { result, plan, applied } = await attempt(args, host.env);
      expect(result?.failed).toBeUndefined();
      expect(text()).toContain('sha512WithRSAEncryption');
      expect((await attempt(args, host.env)).plan.differences).toEqual([]);
      expect(host.orders().join()).toContain('[req]');
      expect(`${host.orders().join()}${applied}${JSON.stringify(plan)}`).not.toContain('pwned');
      expect((await attempt({ privatekey_passphrase: 'x' }, {}, false)).plan.failed).toContain(
        'its passphrase is another',
      );
      expect((await attempt({}, {}, false)).plan.failed).toContain('its passphrase is another');
      host.remove();
    });

    it('is signed by a key of a curve', async () => {
      execFileSync('openssl', [
        'genpkey',
        '-algorithm',
        'EC',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-out',
        path('k'),
      ]);
      await attempt({ digest: 'sha384' });
      expect(text()).toContain('ecdsa-with-SHA384');
      expect((await attempt({ digest: 'sha384' })).plan.differences).toEqual([]);
    });

    it('removes a request', async () => {
      await attempt({});
      await attempt({ state: 'absent' });
      expect(existsSync(path())).toBe(false);
      expect((await attempt({ state: 'absent', privatekey_path: null })).plan.differences).toEqual([]);
    });
  },
);
