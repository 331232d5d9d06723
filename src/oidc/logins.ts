// What commands ask of stored logins and what they get back: the values between the commands and the edge.

import type { Approval, Caller } from './approval.ts';
import type { Person } from './claims.ts';
import type { ExecInfo } from './exec-credential.ts';
import type { FrontWishes } from './front-wishes.ts';
import type { LoginSettings } from './settings.ts';
import type { StorePlace, Tokens } from './token.ts';

/** What one item of the store holds; without tokens, a server was approved and nobody has signed in. */
export type StoredLogin = { readonly approvals: readonly Approval[]; readonly tokens?: Tokens };

export type GetTokenRequest = {
  readonly settings: LoginSettings;
  readonly execInfo: ExecInfo;
  readonly wishes: FrontWishes;
};

/** What was found about this login and its caller before any lock or network. */
export type WarmAnswer = {
  readonly login: StoredLogin;
  /** Of the list of logins, before the login was read: the same later means that the login is, too. */
  readonly indexState: string;
  readonly caller: Caller;
  readonly broughtEnvironment: Readonly<Record<string, string>>;
};

/** A sign-in that was done. */
export type SignedIn = {
  readonly issuerUrl: string;
  readonly person: Person;
  readonly expiresAt: number;
  readonly refreshable: boolean;
  /** undefined: not stored anywhere, by wish. */
  readonly place: StorePlace | undefined;
  readonly contexts: readonly string[];
};

/** How a person wants a sign-in. `yes`: what comes with the exec entry is approved without a question. */
export type SignInWish = {
  readonly browser: boolean;
  readonly allowUnnamedServer: boolean;
  readonly yes: boolean;
};

/** A login that was ended: deleted here in any case; `revocation` says what the provider did (RFC 7009). */
export type LoggedOut = {
  readonly issuerUrl: string;
  readonly name: string;
  readonly revocation: 'revoked' | 'unsupported' | { readonly failed: string };
};

/** `forget`: approvals are withdrawn too, which otherwise outlive a login. */
export type LogoutWish = { readonly forget: boolean; readonly kubeconfig: string | undefined };

/** A login as the index knows it; `read` goes to where the tokens are. */
export type KnownLogin = {
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly account: string;
  readonly place: StorePlace;
  readonly read: () => Promise<StoredLogin | 'locked' | 'absent'>;
  /** The contexts whose exec entry means this login. */
  readonly contexts: readonly string[];
};
