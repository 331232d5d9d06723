import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type OpenedPage, openPage } from '../../scripts/parts/browser.ts';
import { listen } from '../../src/edge/person/loopback.ts';
import type { Loopback } from '../../src/oidc/sign-in.ts';

const hostile = '<script>document.title="owned"</script><img src=x onerror=alert(1)>';
let browser: OpenedPage;
let loopback: Loopback;
beforeAll(async () => {
  browser = await openPage();
});
afterAll(() => browser.close());
beforeEach(async () => {
  loopback = await listen({ redirectUri: undefined });
});
afterEach(() => loopback.close('failed'));

test('row 14: script in a refusal is neither echoed nor run, and the tab says that the sign-in failed', async () => {
  const query = new URLSearchParams({ error: 'access_denied', error_description: hostile, state: 'right' });
  const answer = loopback.expect('right', 'any-browser');
  const arrived = browser.page.goto(`${loopback.redirectUri}?${query}`);
  await expect(answer).rejects.toMatchObject({ code: 'provider', reason: 'access_denied' });
  await loopback.close('failed');
  expect((await arrived)?.status()).toBe(200);
  await expectStatic('The sign-in did not work');
});

test('row 14: script in a request that is not ours is neither echoed nor run', async () => {
  void loopback.expect('right', 'any-browser');
  const query = new URLSearchParams({ code: hostile, state: hostile, iss: hostile });
  const response = await browser.page.goto(`${loopback.redirectUri}?${query}`);
  expect(response?.status()).toBe(400);
  await expectStatic('This is not the answer we wait for');
});

test('row 14: script in the path is neither echoed nor run', async () => {
  const response = await browser.page.goto(`${loopback.redirectUri}${encodeURIComponent(hostile)}`);
  expect(response?.status()).toBe(404);
  expect(await browser.page.content()).not.toContain('owned');
});

test('row 14: a real browser gets the headers, applies our style and would run no script', async () => {
  const answer = loopback.expect('right', 'any-browser');
  const arrived = browser.page.goto(`${loopback.redirectUri}?code=c&state=right`);
  await answer;
  await loopback.close('signed-in');
  const headers = (await arrived)?.headers() ?? {};
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}=';/);
  expect(policy).not.toContain('unsafe');
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    connection: 'close',
  });
  await expectStatic('You are signed in');
  // The digest of the style must be right, or the page is bare.
  expect(await browser.page.evaluate("getComputedStyle(document.querySelector('main')).borderRadius")).toBe(
    '20px',
  );
  const ran = await browser.page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = 'document.title = "owned"';
    document.body.append(script);
    document.title;
  }`);
  expect(ran).not.toBe('owned');
});

async function expectStatic(heading: string): Promise<void> {
  const { page } = browser;
  expect(await page.locator('h1').textContent()).toBe(heading);
  expect(await page.locator('script, img').count()).toBe(0);
  expect(await page.content()).not.toContain('owned');
  expect(await page.title()).toBe(`${heading} · kubectl oidc`);
}
