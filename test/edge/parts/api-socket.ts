// A socket that answers as an API server does, for what a real one does only when it is old, busy or strict: pages
// whose token grew too old, LISTs that are forbidden here and not there.

import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificateAuthority } from '../../../scripts/parts/certificates.ts';
import { type ApiClient, openApiClient } from '../../../src/edge/cluster/api-client.ts';

export type Asked = { readonly path: string; readonly query: URLSearchParams };
/** `body` is sent as JSON; undefined: 404. */
export type Answer = { readonly status?: number; readonly body: unknown };

export type ApiSocket = {
  readonly api: ApiClient;
  /** Every request, path and query, in order. */
  readonly asked: readonly string[];
  readonly kubeconfig: object;
  readonly stop: () => Promise<void>;
};

/** Answers every GET with what `answer` says. */
export async function startApiSocket(answer: (asked: Asked) => Answer | undefined): Promise<ApiSocket> {
  const certificates = await makeCertificateAuthority();
  const { certPem: cert, keyPem: key } = await certificates.issueServerCertificate(['127.0.0.1']);
  const asked: string[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://127.0.0.1');
    asked.push(`${url.pathname}${url.search}`);
    const { status = 200, body } = answer({ path: url.pathname, query: url.searchParams }) ?? notFound;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const certificateAuthorityData = Buffer.from(certificates.certPem).toString('base64');
  const address = `https://127.0.0.1:${port}`;
  const api = openApiClient({
    cluster: {
      server: address,
      tlsServerName: '',
      insecureSkipTlsVerify: false,
      certificateAuthorityData,
      proxyUrl: '',
    },
    proof: { token: 't' },
    environment: {},
    signal: new AbortController().signal,
  });
  return {
    api,
    asked,
    kubeconfig: {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'socket',
      clusters: [
        {
          name: 'socket',
          cluster: { server: address, 'certificate-authority-data': certificateAuthorityData },
        },
      ],
      contexts: [{ name: 'socket', context: { cluster: 'socket', user: 'socket' } }],
      users: [{ name: 'socket', user: { token: 't' } }],
    },
    stop: async () => {
      api.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const notFound: Answer = { status: 404, body: { kind: 'Status', reason: 'NotFound', code: 404 } };
export const forbidden: Answer = { status: 403, body: { kind: 'Status', reason: 'Forbidden', code: 403 } };
