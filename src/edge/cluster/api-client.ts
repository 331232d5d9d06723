// Requests to one API server as plain JSON over node:https: client-node would take longer to load than most answers
// take, and its model classes cost more than the network.

import * as https from 'node:https';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { type Fields, isFields } from '../../json-fields.ts';
import { type ApiServerAddress, agentFor, headersFor } from './api-agent.ts';
import { networkFailure } from './api-failure.ts';
import { type AnswerReader, JsonAnswer } from './json-answer.ts';
import { isProtobuf, ProtobufAnswer } from './protobuf-answer.ts';

export type ApiRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, e.g. `/api/v1/namespaces`; names in it encoded by the caller (`encodeURIComponent`). */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Is given the items of a list in protocol buffers as they come: the answer's body is then without them. */
  readonly take?: (items: readonly Fields[]) => void;
};

/** `body` is the parsed JSON, or the same of an answer in protocol buffers; undefined where the answer is neither. */
export type ApiAnswer = { readonly status: number; readonly body: unknown };

export type ApiClient = {
  /** As the kubeconfig has it, e.g. `https://api.example.com:6443`. */
  readonly server: string;
  /** Any status is an answer. Fails with `cluster` when none arrives within 60 s, `cancelled`. */
  readonly ask: (request: ApiRequest) => Promise<ApiAnswer>;
  readonly close: () => void;
};

export type Impersonation = { readonly user: string; readonly groups: readonly string[] };

export type ApiClientOptions = ApiServerAddress & {
  readonly signal: AbortSignal;
  /** Who to act as (`--as`, `--as-group`). */
  readonly impersonate?: Impersonation | undefined;
};

const answerMs = 60_000;
/** Connects when first asked. Fails with `refused` for an address that is not https, where a token would be readable. */
export function openApiClient(options: ApiClientOptions): ApiClient {
  const { server } = options.cluster;
  if (!/^https:\/\/[^/@?#]+(\/[^?#]*)?$/.test(server)) {
    throw new Failure(
      'refused',
      `the kubeconfig names the API server ${cleanText(server)}, which is no plain https address`,
      {
        hint: 'Give it an address that begins with https:// and holds no user name.',
      },
    );
  }
  const agent = agentFor(options);
  return {
    server,
    ask: (request) => askOnce(request, options, agent),
    close: () => agent.destroy(),
  };
}

async function askOnce(
  request: ApiRequest,
  options: ApiClientOptions,
  agent: https.Agent,
): Promise<ApiAnswer> {
  const { cluster, signal } = options;
  const deadline = AbortSignal.timeout(answerMs);
  try {
    return await exchange(request, options, { agent, signal: AbortSignal.any([signal, deadline]) });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    throw networkFailure(cluster.server, error, deadline.aborted ? answerMs : undefined);
  }
}

function exchange(
  request: ApiRequest,
  options: ApiClientOptions,
  connection: { readonly agent: https.Agent; readonly signal: AbortSignal },
): Promise<ApiAnswer> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const query = new URLSearchParams(request.query);
  const url = `${options.cluster.server.replace(/\/$/, '')}${request.path}${query.size > 0 ? `?${query}` : ''}`;
  const headers = {
    accept: request.accept ?? 'application/json',
    ...headersFor(options.proof),
    ...impersonationHeaders(options.impersonate),
    ...(body !== undefined && {
      'content-type': request.contentType ?? 'application/json',
      'content-length': `${Buffer.byteLength(body)}`,
    }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer>();
  https
    .request(url, { ...connection, method: request.method ?? 'GET', headers }, (response) => {
      const { statusCode: status = 0, headers: about } = response;
      const reader = readerOf(about['content-type'], request.take);
      response.on('data', (chunk: Buffer) => {
        try {
          reader.add(chunk);
        } catch (error) {
          response.destroy(error instanceof Error ? error : undefined);
        }
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status, body: reader.end() }));
    })
    .on('error', reject)
    .end(body);
  return promise;
}

function readerOf(contentType: string | undefined, take: ApiRequest['take']): AnswerReader {
  return isProtobuf(contentType) ? new ProtobufAnswer(take ?? (() => undefined)) : new JsonAnswer();
}

function impersonationHeaders(who: Impersonation | undefined): Readonly<Record<string, string | string[]>> {
  if (who === undefined) return {};
  return {
    'impersonate-user': who.user,
    ...(who.groups.length > 0 && { 'impersonate-group': [...who.groups] }),
  };
}

/** The `reason` of a Status (meta/v1), '' where the body is none. */
export function reasonOf({ body }: ApiAnswer): string {
  return isFields(body) && typeof body.reason === 'string' ? body.reason : '';
}
