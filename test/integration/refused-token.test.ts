import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtPrograms } from './archive.ts';
import { execInfoFor, type Lab, openLab, type Server } from './lab.ts';
import { makeOlder } from './older-login.ts';

// The API server answers 401 to a token that has not expired: client-go runs the plugin again and says nothing.
describe.each(builtPrograms)('a refused token, with %s', (_, programOf) => {
  let lab: Lab;
  let server: Server;

  beforeAll(async () => {
    lab = await openLab({ program: await programOf() });
    server = { url: 'https://127.0.0.1:6443', caPem: lab.certificates.certPem };
    await lab.signIn(server);
    await makeOlder(lab, 120);
    // Two tokens of one second would be the same bytes.
    lab.provider.setIdTokenTtl(200);
  });
  afterAll(() => lab.stop());

  it('is refreshed when the same process asks again, and not when another one does', async () => {
    const before = lab.provider.requests.token;
    const first = await tokensFor(1);
    const second = await tokensFor(1);
    expect(second).toEqual(first);
    expect(lab.provider.requests.token - before).toBe(0);
    const [old, renewed, kept] = await tokensFor(3);
    expect(old).toBe(first[0]);
    expect(renewed).not.toBe(old);
    expect(kept).toBe(renewed);
    expect(lab.provider.requests.token - before).toBe(1);
  });

  /** One client process that asks so many times. */
  async function tokensFor(times: number): Promise<readonly string[]> {
    const line = `${Array(times).fill('env KUBERNETES_EXEC_INFO="$INFO" "$@" || exit').join('; ')}; exit 0`;
    const words = [...lab.command, 'get-token', ...lab.loginFlags];
    const ended = await lab.exec('/bin/sh', ['-c', line, 'client', ...words], {
      env: { INFO: execInfoFor(server) },
    });
    expect(ended.stderr).toBe('');
    return ended.stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text).status.token);
  }
});
