// The sign-in of the throw-away identity provider: a form, asked once a session; consent is given by itself.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type Provider from 'oidc-provider';
import { loginPage } from './identity-provider-pages.ts';
import type { Person } from './identity-provider-settings.ts';

type Visit = {
  readonly provider: Provider;
  readonly people: readonly Person[];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

/** Answers one request to /sign-in/…; rejects when it belongs to no sign-in that is under way. */
export async function signIn({ provider, people, request, response }: Visit): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response);
  const finish = (result: Parameters<Provider['interactionFinished']>[2]) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  if (prompt.name === 'consent') return finish({ consent: {} });

  const form = request.method === 'POST' ? new URLSearchParams(await text(request)) : undefined;
  if (form?.get('action') === 'cancel') {
    return finish({ error: 'access_denied', error_description: 'The person pressed Cancel' });
  }
  const person = people.find((each) => isMeant(each, form?.get('username') ?? ''));
  if (person !== undefined && [undefined, form?.get('password')].includes(person.password)) {
    return finish({ login: { accountId: person.subject, acr: person.acr ?? '1' } });
  }
  const names = people.map((each) => each.email.split('@', 1)[0] ?? each.email);
  const client = await provider.Client.find(String(params.client_id));
  const clientName = client?.clientName ?? String(params.client_id);
  response
    .writeHead(form === undefined ? 200 : 401, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    })
    .end(loginPage({ clientName, names, wrong: form !== undefined }));
}

function isMeant(person: Person, typed: string): boolean {
  return [person.subject, person.email, person.email.split('@', 1)[0]].includes(typed.trim().toLowerCase());
}
