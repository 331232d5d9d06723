import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { formatExecCredential, parseExecInfo } from '../../src/oidc/exec-credential.ts';

const v1 = 'client.authentication.k8s.io/v1';

describe('KUBERNETES_EXEC_INFO', () => {
  it('is v1 and unannounced when the caller does not set it', () => {
    const absent = { announced: false, apiVersion: v1, interactive: false, cluster: undefined };
    expect(parseExecInfo(undefined)).toEqual(absent);
    expect(parseExecInfo('')).toEqual(absent);
  });

  it('says the version to echo, whether somebody is there, and the cluster', () => {
    const text = JSON.stringify({
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      kind: 'ExecCredential',
      spec: {
        interactive: true,
        cluster: { server: 'https://a', 'certificate-authority-data': 'QQ==', config: null },
      },
    });
    expect(parseExecInfo(text)).toEqual({
      announced: true,
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      interactive: true,
      cluster: {
        server: 'https://a',
        tlsServerName: '',
        insecureSkipTlsVerify: false,
        certificateAuthorityData: 'QQ==',
        proxyUrl: '',
      },
    });
  });

  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
    ['{"kind":"Pod"}', 'its kind is not ExecCredential'],
    [
      '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1alpha1"}',
      'its apiVersion is none of',
    ],
    [`{"kind":"ExecCredential","apiVersion":"${v1}","spec":3}`, 'its spec is not an object'],
    [
      `{"kind":"ExecCredential","apiVersion":"${v1}","spec":{"cluster":{"server":7}}}`,
      'spec.cluster.server is not a string',
    ],
    [`{"kind":"ExecCredential","apiVersion":"${v1}","spec":{"cluster":{}}}`, 'names no server'],
  ])('that is malformed is refused: %s', (text, why) => {
    expect(() => parseExecInfo(text)).toThrow(Failure);
    expect(() => parseExecInfo(text)).toThrow(why);
  });
});

describe('the ExecCredential', () => {
  it('is one line of JSON with the end in RFC 3339 without fractions', () => {
    expect(formatExecCredential(v1, 'abc', 1_700_000_000)).toBe(
      `{"apiVersion":"${v1}","kind":"ExecCredential","status":{"token":"abc","expirationTimestamp":"2023-11-14T22:13:20Z"}}\n`,
    );
  });
});
