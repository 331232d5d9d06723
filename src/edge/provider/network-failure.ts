// Errors of sockets, DNS, TLS and proxies in words that say what to do, told apart by their code alone.

import { Failure } from '../../failure.ts';
import { codeOf } from '../files/file-failure.ts';

const wrongAuthority =
  'If the provider has a CA of its own, give its PEM file as --certificate-authority; if not, somebody may be in between: do not go on.';
const offline = 'Check the network, VPN and HTTPS_PROXY, then run it again.';

const wordsByCode: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate is of an unknown CA, or it does not send the CAs in between',
    wrongAuthority,
  ],
  UNABLE_TO_GET_ISSUER_CERT: ['its certificate is of an unknown CA', wrongAuthority],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its certificate is of an unknown CA', wrongAuthority],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate is of an unknown CA', wrongAuthority],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is self-signed', wrongAuthority],
  CERT_SIGNATURE_FAILURE: ['its certificate is not signed by the CA that was given', wrongAuthority],
  CERT_HAS_EXPIRED: [
    'its certificate has expired',
    "Check this machine's clock; if it is right, tell who runs the provider.",
  ],
  CERT_NOT_YET_VALID: [
    'its certificate is not valid yet',
    "Check this machine's clock; if it is right, tell who runs the provider.",
  ],
  CERT_REVOKED: ['its certificate was revoked', 'Tell who runs the provider.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate is for another name',
    'Check the address; if it is right, somebody may be in between: do not go on.',
  ],
  ENOTFOUND: ['there is no such host', 'Check the address, the network and VPN.'],
  EAI_AGAIN: ['the name could not be looked up', offline],
  ECONNREFUSED: ['nothing listens there', 'Check the address and port, and that the provider runs.'],
  ECONNRESET: ['the connection was cut', offline],
  EPIPE: ['the connection was cut', offline],
  ETIMEDOUT: ['no answer came', offline],
  EHOSTUNREACH: ['there is no way to that host', offline],
  ENETUNREACH: ['there is no way to that network', offline],
  EPROTO: ['it does not speak TLS as expected', 'Check that the address is the https one.'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', 'Check that the address is the https one.'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['it does not speak TLS', 'Check that the address is the https one.'],
  ERR_PROXY_TUNNEL: ['the proxy did not let the connection through', 'Check HTTPS_PROXY and NO_PROXY.'],
  ERR_PROXY_INVALID_CONFIG: ['HTTPS_PROXY is no address', 'Set it like http://proxy.example.com:3128.'],
};

/** What a failed request means, as `provider`; `cause` is the error's code, never its message. `place` is the address without query. */
export function networkFailure(error: unknown, place: string): Failure {
  if (error instanceof Failure) return error;
  const code = codeOfAny(error);
  const known = wordsByCode[code];
  const [what, hint] = known ?? (code.startsWith('HPE_') ? notHttp : ['the request failed', offline]);
  return new Failure('provider', `could not reach ${place}: ${what}`, {
    hint,
    ...(code !== '' && { cause: code }),
  });
}

const notHttp = ['its answer is not HTTP', 'Check the address and port.'] as const;

/** Happy eyeballs gives one error for several tries: the first one speaks for all. */
function codeOfAny(error: unknown): string {
  const own = codeOf(error);
  if (own !== '' || !(error instanceof AggregateError)) return own;
  return codeOf(error.errors[0]);
}
