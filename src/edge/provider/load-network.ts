// What Node loads late, loaded ahead: nothing here is a decision about a provider.

import { createSecureContext } from 'node:tls';

/** Has Node load what it loads late, for the first request: tens of milliseconds of it. */
export function loadNetwork(): void {
  // Without a CA of its own it would read all of Node's, 15 ms.
  createSecureContext({ ca: [] });
}

/** The same for the first signature: meant for while the provider is waited for. */
export function loadSignatures(): void {
  globalThis.crypto.subtle.digest('SHA-256', new Uint8Array()).catch(() => undefined);
}
