// How the throw-away identity provider behaves: which claims, which grants, how long things live.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { AccountClaims, Configuration } from 'oidc-provider';
import { escapeHtml, page } from './identity-provider-pages.ts';

export type Person = {
  readonly subject: string;
  readonly email: string;
  readonly groups: readonly string[];
  readonly name?: string;
  /** Asked for only when set. */
  readonly password?: string;
  /** Authentication context class of this person's sign-ins; default '1'. */
  readonly acr?: string;
};

const dayS = 24 * 60 * 60;

function html(title: string, bodyHtml: string): string {
  return page(title, `<h1>${escapeHtml(title)}</h1>${bodyHtml}`);
}

const features: Configuration['features'] = {
  devInteractions: { enabled: false },
  rpInitiatedLogout: { enabled: false },
  revocation: {
    enabled: true,
    allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
  },
  deviceFlow: {
    enabled: true,
    userCodeInputSource: async (ctx, form, _out, error) => {
      const wrong = error === undefined ? '' : '<p class="wrong">That code is not known.</p>';
      ctx.body = html('Enter the code', `${wrong}${form}<button form="op.deviceInputForm">Continue</button>`);
    },
    userCodeConfirmSource: async (ctx, form, _client, _device, userCode) => {
      const code = `<p>Your terminal should show <code>${escapeHtml(userCode)}</code></p>`;
      ctx.body = html('Is this you?', `${code}${form}<button form="op.deviceConfirmForm">Continue</button>`);
    },
    successSource: async (ctx) => {
      ctx.body = html('Signed in', '<p>Go back to your terminal.</p>');
    },
  },
};

/** oidc-provider settings without clients and storage. */
export function providerSettings(options: {
  readonly people: readonly Person[];
  readonly rotateRefreshTokens?: boolean;
  /** Read at every token, so that a test may change it. */
  readonly life: { readonly seconds: number };
}): Configuration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kty: 'RSA', use: 'sig', alg: 'RS256' }] },
    scopes: ['openid', 'offline_access'],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name'],
      groups: ['groups'],
    },
    acrValues: [...new Set(['1', ...options.people.flatMap((person) => person.acr ?? [])])],
    // kubectl needs the groups in the ID token; the default keeps claims for the userinfo endpoint.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    findAccount: async (_ctx, subject) => {
      const person = options.people.find((each) => each.subject === subject);
      return person && { accountId: subject, claims: async () => claimsOf(person) };
    },
    interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
    loadExistingGrant: async (ctx) => {
      // Consent is not what is tried here: whoever signs in agrees to what the client asked for.
      const { client, session, params, provider } = ctx.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(String(params?.scope ?? 'openid'));
      await grant.save();
      return grant;
    },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: options.rotateRefreshTokens ?? true,
    expiresWithSession: async () => false,
    cookies: { keys: [randomBytes(32).toString('hex')] },
    clientBasedCORS: () => false,
    features,
    renderError: async (ctx, out) => {
      ctx.type = 'html';
      ctx.body = html('Not possible', `<p>${escapeHtml(`${out.error}: ${out.error_description ?? ''}`)}</p>`);
    },
    ttl: {
      IdToken: () => options.life.seconds,
      AccessToken: () => options.life.seconds,
      AuthorizationCode: 60,
      DeviceCode: 600,
      Interaction: 600,
      RefreshToken: dayS,
      Session: dayS,
      Grant: dayS,
    },
  };
}

function claimsOf(person: Person): AccountClaims {
  return {
    sub: person.subject,
    email: person.email,
    email_verified: true,
    name: person.name ?? person.subject,
    groups: [...person.groups],
  };
}
