import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/failure.ts';
import { openedTwice } from '../../src/oidc/callback.ts';
import { type Loopback, type SignInDeps, type SignInRequest, signIn } from '../../src/oidc/sign-in.ts';
import type { Tokens } from '../../src/oidc/token.ts';

const tokens: Tokens = { idToken: 'id', expiresAt: 2000, obtainedAt: 1000 };
const redirectUri = 'http://127.0.0.1:4711/';
const oneTimeAddress = `${redirectUri}one-time`;
const good = `${redirectUri}?code=pasted&state=right`;

describe('with a browser', () => {
  test('the steps come in order and the tab hears how it ended', async () => {
    const world = worldWith({});
    expect(await signIn(world.request, world.deps)).toEqual(tokens);
    expect(world.steps).toEqual([
      'listen any port',
      `begin ${redirectUri}`,
      'expect right by the one-time address to https://idp.test/authorize',
      `open ${oneTimeAddress}`,
      'exchange from-browser',
      'close signed-in',
    ]);
  });

  test('the person reads why, whom they sign in at, and the one-time address as a fallback', async () => {
    const world = worldWith({ request: { why: 'nobody is signed in here yet' } });
    await signIn(world.request, world.deps);
    expect(world.said).toEqual([
      'kubectl-oidc: nobody is signed in here yet; opening the browser to sign in at https://idp.test.',
      `If no browser opens, visit: ${oneTimeAddress}`,
    ]);
  });

  test("state, nonce and challenge stay out of the opener's arguments, which every user of the machine can read", async () => {
    const world = worldWith({ url: 'https://idp.test/authorize?state=right&nonce=n&code_challenge=c' });
    await signIn(world.request, world.deps);
    expect(world.steps.filter((step) => step.startsWith('open '))).toEqual([`open ${oneTimeAddress}`]);
  });

  test('a second browser at the one-time address ends the login while it waits', async () => {
    const world = worldWith({ callback: 'never', openedTwice: Promise.reject(openedTwice()) });
    await expect(signIn(world.request, world.deps)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('opened by two browsers'),
      hint: expect.stringContaining('--no-browser'),
    });
    expect(world.steps.at(-1)).toBe('close failed');
  });

  test('a second browser at the one-time address ends the login during the exchange too', async () => {
    const second = Promise.withResolvers<never>();
    const exchange = () => {
      second.reject(openedTwice());
      return Promise.withResolvers<Tokens>().promise;
    };
    const world = worldWith({ exchange, openedTwice: second.promise });
    await expect(signIn(world.request, world.deps)).rejects.toMatchObject({ code: 'refused' });
    expect(world.steps.at(-1)).toBe('close failed');
  });

  test('escapes in what others wrote do not reach the terminal', async () => {
    const request = {
      why: 'ended (\u001b]0;owned\u0007bad\u202egrant)',
      issuerUrl: 'https://idp.test/\u009b31m',
    };
    const world = worldWith({ request, url: 'https://idp.test/\u001b[2J\u202e' });
    await signIn(world.request, world.deps);
    expect(world.said.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  test('where none opens, the pasted address is taken from a terminal', async () => {
    const openBrowser = async () => ({ kind: 'no-browser', reason: 'ENOENT' }) as const;
    const world = worldWith({ callback: 'never', lines: [good], deps: { openBrowser } });
    expect(await signIn(world.request, world.deps)).toEqual(tokens);
    expect(world.said.slice(2)).toEqual([
      'No browser could be opened (ENOENT): visit the address above yourself, or on another machine this one:',
      '\n  https://idp.test/authorize\n',
      `If the last page does not load, copy its whole address (it begins with ${redirectUri}) and paste it here:`,
    ]);
    expect(world.steps).toContain('exchange pasted');
  });

  test('where none opens and stdin is not ours, nothing is read and the listener goes on', async () => {
    const openBrowser = async () => ({ kind: 'no-browser', reason: 'ENOENT' }) as const;
    const world = worldWith({
      request: { presence: { kind: 'browser', mayPaste: false } },
      lines: [good],
      deps: { openBrowser },
    });
    await signIn(world.request, world.deps);
    expect(world.said.at(-1)).toBe('No browser could be opened (ENOENT): visit the address above yourself.');
    expect(world.steps).toContain('exchange from-browser');
    expect(world.steps).not.toContain('read stdin');
  });

  test.each(['file:///etc/passwd', 'javascript:alert(1)', 'vscode://x', 'not an address', ''])(
    'the sign-in page "%s" is refused and not opened',
    async (url) => {
      const world = worldWith({ url });
      await expect(signIn(world.request, world.deps)).rejects.toMatchObject({ code: 'refused' });
      expect(world.steps).toEqual(['listen any port', `begin ${redirectUri}`, 'close failed']);
    },
  );
});

describe('by pasting', () => {
  const presence = { kind: 'paste' } as const;

  test('the address is printed and the pasted answer is taken', async () => {
    const world = worldWith({ request: { presence }, callback: 'never', lines: ['', good] });
    await signIn(world.request, world.deps);
    expect(world.said).toEqual([
      'kubectl-oidc: to sign in at https://idp.test, open this address in a browser on any machine:',
      '\n  https://idp.test/authorize\n',
      `If the last page does not load, copy its whole address (it begins with ${redirectUri}) and paste it here:`,
    ]);
    expect(world.steps.filter((step) => step.startsWith('open'))).toEqual([]);
  });

  test('the browser may still come back by itself, and reading ends with it', async () => {
    const world = worldWith({ request: { presence }, lines: 'open-ended' });
    await signIn(world.request, world.deps);
    expect(world.steps).toContain('expect right by any browser');
    expect(world.steps).toContain('exchange from-browser');
    expect(world.readingEnded()).toBe(true);
  });

  test('a wrong address is explained and asked for again', async () => {
    const wrong = `${redirectUri}?code=evil&state=wrong`;
    const world = worldWith({ request: { presence }, callback: 'never', lines: ['abc', wrong, good] });
    await signIn(world.request, world.deps);
    const complaint = `That is not an answer to this sign-in; its address begins with ${redirectUri}. Paste it here:`;
    expect(world.said.filter((line) => line === complaint)).toHaveLength(2);
    expect(world.steps).toContain('exchange pasted');
  });

  test('a pasted refusal ends the login', async () => {
    const line = `${redirectUri}?error=access_denied&state=right`;
    const world = worldWith({ request: { presence }, callback: 'never', lines: [line] });
    await expect(signIn(world.request, world.deps)).rejects.toMatchObject({ reason: 'access_denied' });
  });

  test('when stdin ends, the browser is still waited for', async () => {
    const world = worldWith({ request: { presence }, callback: 'after-stdin', lines: [] });
    expect(await signIn(world.request, world.deps)).toEqual(tokens);
  });
});

describe('the end without tokens', () => {
  test('where nobody is there nothing is started', async () => {
    const why = 'no person is at a terminal';
    const world = worldWith({ request: { presence: { kind: 'nobody', why }, why: 'the session ended' } });
    await expect(signIn(world.request, world.deps)).rejects.toMatchObject({
      code: 'sign-in-required',
      message: 'a sign-in at https://idp.test is needed (the session ended), but no person is at a terminal',
      hint: 'Run "kubectl oidc login".',
    });
    expect(world.steps).toEqual([]);
  });

  test('Ctrl-C cancels', async () => {
    const cancel = new AbortController();
    const openBrowser = async () => {
      cancel.abort();
      return { kind: 'opened' } as const;
    };
    const world = worldWith({ request: { cancel: cancel.signal }, callback: 'never', deps: { openBrowser } });
    await expect(signIn(world.request, world.deps)).rejects.toMatchObject({ code: 'cancelled' });
    expect(world.steps.at(-1)).toBe('close failed');
  });

  test('Ctrl-C before the browser was opened cancels too', async () => {
    const world = worldWith({ request: { cancel: AbortSignal.abort() }, callback: 'never' });
    await expect(signIn(world.request, world.deps)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('the deadline says how long it waited and how to try again', async () => {
    const deadlineIn = () => AbortSignal.timeout(1);
    const world = worldWith({ callback: 'never', deps: { deadlineIn } });
    await expect(signIn(world.request, world.deps)).rejects.toMatchObject({
      code: 'sign-in-required',
      message: 'nobody finished the sign-in at https://idp.test within 180 seconds',
      hint: 'Run "kubectl oidc login". KUBECTL_OIDC_TIMEOUT gives more time.',
    });
    expect(world.steps.at(-1)).toBe('close failed');
  });

  test('a failed exchange shows in the tab', async () => {
    const refused = new Failure('provider', 'the provider refused the code');
    const world = worldWith({ exchange: () => Promise.reject(refused) });
    await expect(signIn(world.request, world.deps)).rejects.toBe(refused);
    expect(world.steps.at(-1)).toBe('close failed');
  });
});

type World = {
  request?: Partial<SignInRequest>;
  deps?: Partial<SignInDeps>;
  url?: string;
  callback?: 'never' | 'after-stdin';
  lines?: readonly string[] | 'open-ended';
  exchange?: () => Promise<Tokens>;
  openedTwice?: Promise<never>;
};

function worldWith({ request, deps, url, callback, lines = [], exchange, openedTwice }: World) {
  const steps: string[] = [];
  const said: string[] = [];
  const stdinEnded = Promise.withResolvers<void>();
  let readingEnded = false;
  const never = Promise.withResolvers<never>().promise;
  const fromBrowser = async () => {
    if (callback === 'never') return never;
    if (callback === 'after-stdin') await stdinEnded.promise;
    return { code: 'from-browser', iss: undefined };
  };
  async function* pastedLines(signal: AbortSignal) {
    steps.push('read stdin');
    signal.addEventListener('abort', () => {
      readingEnded = true;
    });
    if (lines === 'open-ended') await never;
    else yield* lines;
    stdinEnded.resolve();
  }
  const step =
    <Result>(name: string, result: Result) =>
    async (word: string): Promise<Result> => {
      steps.push(`${name} ${word}`);
      return result;
    };
  const attempt = {
    url: url ?? 'https://idp.test/authorize',
    state: 'right',
    exchange: async ({ code }: { code: string }) => {
      steps.push(`exchange ${code}`);
      return exchange === undefined ? tokens : exchange();
    },
  };
  const loopback: Loopback = {
    redirectUri,
    oneTimeAddress,
    openedTwice: openedTwice ?? never,
    expect: (state, from) => {
      const way = from === 'any-browser' ? 'any browser' : `the one-time address to ${from.sentTo}`;
      steps.push(`expect ${state} by ${way}`);
      return fromBrowser();
    },
    close: step('close', undefined),
  };
  return {
    steps,
    said,
    readingEnded: () => readingEnded,
    request: {
      issuerUrl: 'https://idp.test',
      redirectUri: undefined,
      presence: { kind: 'browser', mayPaste: true },
      timeoutSeconds: 180,
      why: '',
      howToSignIn: 'Run "kubectl oidc login".',
      cancel: new AbortController().signal,
      ...request,
    } satisfies SignInRequest,
    deps: {
      listen: async ({ redirectUri: fixed }: { redirectUri: string | undefined }) => {
        steps.push(`listen ${fixed ?? 'any port'}`);
        return loopback;
      },
      beginSignIn: step('begin', attempt),
      openBrowser: step('open', { kind: 'opened' } as const),
      pastedLines,
      say: (line: string) => {
        said.push(line);
      },
      deadlineIn: () => new AbortController().signal,
      ...deps,
    } satisfies SignInDeps,
  };
}
