// Requests to a test's API server as its administrator, or as whoever the administrator impersonates: many at once
// over kept connections, statuses as values.

import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { ApiServer } from './api-server.ts';
import type { IssuedCertificate } from './certificates.ts';

export type ApiRequest = {
  /** Default: GET, or POST where there is a body. */
  readonly method?: string;
  /** With its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default: JSON. */
  readonly contentType?: string;
  readonly accept?: string;
  readonly as?: { readonly user: string; readonly groups: readonly string[] };
};

/** `body` as JSON gives it; the text where it is none. */
export type ApiAnswer = { readonly status: number; readonly body: unknown };

export type ApiClient = {
  /** Rejects when nobody answers; any status is an answer. */
  readonly ask: (asked: ApiRequest) => Promise<ApiAnswer>;
  /** Several at a time, answers in the order of the questions. */
  readonly askAll: (asked: readonly ApiRequest[]) => Promise<readonly ApiAnswer[]>;
  readonly close: () => void;
};

const atATime = 24;

/** As whoever the certificate names; without one as the administrator. */
export async function connectTo(apiServer: ApiServer, certificate?: IssuedCertificate): Promise<ApiClient> {
  const { certPem, keyPem } = certificate ?? (await administrator(apiServer));
  const agent = new Agent({
    ca: apiServer.caPem,
    cert: certPem,
    key: keyPem,
    keepAlive: true,
    maxSockets: atATime,
  });
  const ask = (asked: ApiRequest) => send(apiServer.server, agent, asked);
  return {
    ask,
    askAll: async (asked) => {
      const answers: ApiAnswer[] = [];
      let next = 0;
      const worker = async () => {
        for (let index = next++; index < asked.length; index = next++) {
          const question = asked[index];
          if (question !== undefined) answers[index] = await ask(question);
        }
      };
      await Promise.all(Array.from({ length: atATime }, worker));
      return answers;
    },
    close: () => agent.destroy(),
  };
}

async function administrator({ adminKubeconfigPath }: ApiServer): Promise<IssuedCertificate> {
  const { users } = JSON.parse(await readFile(adminKubeconfigPath, 'utf8'));
  const { 'client-certificate-data': certificate, 'client-key-data': key } = users[0].user;
  const pem = (base64: string) => Buffer.from(base64, 'base64').toString();
  return { certPem: pem(certificate), keyPem: pem(key) };
}

async function send(server: string, agent: Agent, asked: ApiRequest): Promise<ApiAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer>();
  const payload = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const method = asked.method ?? (payload === undefined ? 'GET' : 'POST');
  // Said by us: Node says it of no DELETE, whose body would then begin the next request.
  const headers = { ...headersOf(asked), 'content-length': Buffer.byteLength(payload ?? '') };
  const asking = request(`${server}${asked.path}`, { agent, method, headers }, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode ?? 0, body: parsed(body) }), reject);
  });
  asking.on('error', reject);
  asking.end(payload);
  return promise;
}

function headersOf({ as, accept = 'application/json', body, contentType = 'application/json' }: ApiRequest) {
  return {
    accept,
    ...(body !== undefined && { 'content-type': contentType }),
    ...(as !== undefined && { 'impersonate-user': as.user }),
    ...(as !== undefined && as.groups.length > 0 && { 'impersonate-group': [...as.groups] }),
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON: /healthz and the like answer with a word.
    return body;
  }
}
