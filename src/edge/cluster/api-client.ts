// Requests to one API server as plain JSON over node:https: client-node would take longer to load than most answers
// take, and its model classes cost more than the network.

import type * as https from 'node:https';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { type Fields, isFields } from '../../json-fields.ts';
import { once } from '../../once.ts';
import { type ApiServerAddress, agentFor } from './api-agent.ts';
import { bodyOf, linesOf, send } from './api-exchange.ts';
import { networkFailure } from './api-failure.ts';

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
  /**
   * An answer that goes on, such as a watch: each line of it to `take`, as JSON. Resolves when the server ends it, with
   * the answer where its status is not 200. Fails as `ask` does, and when nothing comes for `silentMs`.
   */
  readonly follow: (request: ApiRequest, following: Following) => Promise<ApiAnswer | undefined>;
  /** The server's `gitVersion` (`v1.36.3`), '' where it does not say. Asked for once. Fails as `ask` does. */
  readonly version: () => Promise<string>;
  readonly close: () => void;
};

export type Following = {
  readonly take: (line: unknown) => void;
  readonly silentMs: number;
  /** Ends it: then it fails as that signal says. */
  readonly signal: AbortSignal;
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
  const ask: ApiClient['ask'] = (request) => askOnce(request, options, agent);
  return {
    server,
    ask,
    version: once(async () => gitVersionIn(await ask({ path: '/version' }))),
    follow: (request, following) => followOnce(request, options, { agent, following }),
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
    const response = await send(request, options, { agent, signal: AbortSignal.any([signal, deadline]) });
    return await bodyOf(response, request.take);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    throw networkFailure(cluster.server, error, deadline.aborted ? answerMs : undefined);
  }
}

/** Silence is a connection that is lost without a word: a server that lives ends the answer, or says something before. */
async function followOnce(
  request: ApiRequest,
  options: ApiClientOptions,
  { agent, following }: { readonly agent: https.Agent; readonly following: Following },
): Promise<ApiAnswer | undefined> {
  const { take, silentMs } = following;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silentMs);
  const ended = AbortSignal.any([options.signal, following.signal]);
  try {
    const response = await send(request, options, {
      agent,
      signal: AbortSignal.any([ended, silence.signal]),
    });
    if (response.statusCode !== 200) return await bodyOf(response);
    for await (const line of linesOf(response)) {
      timer.refresh();
      take(line);
    }
    return undefined;
  } catch (error) {
    ended.throwIfAborted();
    if (error instanceof Failure) throw error;
    throw networkFailure(options.cluster.server, error, silence.signal.aborted ? silentMs : undefined);
  } finally {
    clearTimeout(timer);
  }
}

function gitVersionIn({ status, body }: ApiAnswer): string {
  return status === 200 && isFields(body) && typeof body.gitVersion === 'string' ? body.gitVersion : '';
}

/** The `reason` of a Status (meta/v1), '' where the body is none. */
export function reasonOf({ body }: ApiAnswer): string {
  return isFields(body) && typeof body.reason === 'string' ? body.reason : '';
}
