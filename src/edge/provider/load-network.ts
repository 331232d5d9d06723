// What Node loads late, loaded ahead: nothing here is a decision about a provider.

import { createSecureContext } from 'node:tls';

/** Has Node load what it loads late, for the first request and the first signature: tens of milliseconds of them. */
export function loadNetwork(): void {
  // Without a CA of its own it would read all of Node's, 15 ms.
  createSecureContext({ ca: [] });
  void globalThis.crypto.subtle;
}
