// One request over node:https and what is read of its answer: a whole JSON body, or line after line.

import type { IncomingMessage } from 'node:http';
import * as https from 'node:https';
import { Failure } from '../../failure.ts';
import { parseFields } from '../../json-fields.ts';
import { headersFor } from './api-agent.ts';
import type { ApiAnswer, ApiClientOptions, ApiRequest, Impersonation } from './api-client.ts';
import { type AnswerReader, JsonAnswer } from './json-answer.ts';
import { isProtobuf, ProtobufAnswer } from './protobuf-answer.ts';

/** A whole LIST of the largest clusters has a fifth of this. */
const maxBytes = 256 * 1024 * 1024;
/** An object in etcd is at most 1.5 MiB. */
const maxLineBytes = 8 * 1024 * 1024;

/** Resolves when the head of the answer is there. Rejects with Node's errors; the signal ends the body too. */
export function send(
  request: ApiRequest,
  options: ApiClientOptions,
  connection: { readonly agent: https.Agent; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
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
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  https
    .request(url, { ...connection, method: request.method ?? 'GET', headers }, resolve)
    .on('error', reject)
    .end(body);
  return promise;
}

/** The whole answer; the items of a list in protocol buffers go to `take`. Fails with `cluster` when it does not end. */
export function bodyOf(response: IncomingMessage, take?: ApiRequest['take']): Promise<ApiAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer>();
  const { statusCode: status = 0, headers: about } = response;
  const reader = readerOf(about['content-type'], take);
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    try {
      if (bytes > maxBytes) throw new Failure('cluster', 'the API server sent an endless answer');
      reader.add(chunk);
    } catch (error) {
      response.destroy(error instanceof Error ? error : undefined);
    }
  });
  response.on('error', reject);
  response.on('end', () => resolve({ status, body: reader.end() }));
  return promise;
}

function readerOf(contentType: string | undefined, take: ApiRequest['take']): AnswerReader {
  return isProtobuf(contentType) ? new ProtobufAnswer(take ?? (() => undefined)) : new JsonAnswer();
}

/** The JSON objects of its lines as they come, undefined for a line that is none. Fails with `cluster` for one that does not end. */
export async function* linesOf(response: IncomingMessage): AsyncGenerator<unknown> {
  let rest: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield parseFields(Buffer.concat([...rest, chunk.subarray(from, at)]).toString('utf8'));
      rest = [];
      bytes = 0;
      from = at + 1;
    }
    rest.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxLineBytes) throw new Failure('cluster', 'the API server sent an endless line');
  }
}

function impersonationHeaders(who: Impersonation | undefined): Readonly<Record<string, string | string[]>> {
  if (who === undefined) return {};
  return {
    'impersonate-user': who.user,
    ...(who.groups.length > 0 && { 'impersonate-group': [...who.groups] }),
  };
}
