// The page that the browser shows when it comes back from the provider. Static text only: nothing of a request
// or a token is ever written into it, and it runs no script.

/**
 * `received`: the answer is here, but the exchange takes longer than a person should look at a blank tab.
 * `other-browser`: a good answer, brought by a browser that did not come through our one-time address.
 */
export type ResultPage = 'signed-in' | 'failed' | 'received' | 'refused' | 'other-browser';

type PageWords = {
  readonly mark: string;
  readonly tone: 'good' | 'bad' | 'calm';
  readonly title: string;
  readonly what: string;
  readonly next: string;
};

const words: Readonly<Record<ResultPage, PageWords>> = {
  'signed-in': {
    mark: '<path d="M14 25.5l7 7 14-16"/>',
    tone: 'good',
    title: 'You are signed in',
    what: 'kubectl can use your login now.',
    next: 'You can close this tab and return to the terminal.',
  },
  failed: {
    mark: '<path d="M16 16l16 16M32 16L16 32"/>',
    tone: 'bad',
    title: 'The sign-in did not work',
    what: 'Nothing was stored, and kubectl got no access.',
    next: 'The terminal says why and what to do next. You can close this tab.',
  },
  received: {
    mark: '<path d="M24 14v11l7 5"/>',
    tone: 'calm',
    title: 'Almost there',
    what: 'Your answer has arrived and is being checked with the provider.',
    next: 'You can close this tab. The terminal says how it ends.',
  },
  refused: {
    mark: '<path d="M24 13v14M24 34v.5"/>',
    tone: 'calm',
    title: 'This is not the answer we wait for',
    what: 'The address of this page does not belong to the sign-in that is under way. Nothing was changed.',
    next: 'Close this tab and go on in the one where you were signing in, or start again in the terminal.',
  },
  'other-browser': {
    mark: '<path d="M24 13v14M24 34v.5"/>',
    tone: 'calm',
    title: 'Another browser began this sign-in',
    what: 'Only the browser that the terminal opened may finish it, and it must keep cookies. Nothing was changed.',
    next: 'Close this tab and go on in that browser. To choose one yourself, start again with --no-browser.',
  },
};

/** The one style sheet of every page; its digest goes into the Content-Security-Policy. */
export const resultPageStyle = `
:root{color-scheme:light dark;--back:#f3f5f9;--card:#fff;--line:#dfe4ee;--text:#131a2b;--soft:#4a556e;--good:#0b7a4b;--goodback:#e2f5ec;--bad:#b3261e;--badback:#fdeceb;--calm:#1f5fd0;--calmback:#e6effd}
@media (prefers-color-scheme:dark){:root{--back:#0d121d;--card:#161d2c;--line:#29334a;--text:#edf1fa;--soft:#aab5cc;--good:#4ed69b;--goodback:#12332a;--bad:#ff8a80;--badback:#3b1d20;--calm:#7fb0ff;--calmback:#182b4d}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100svh;display:flex;flex-direction:column;align-items:center;justify-content:center;padding:24px;background:var(--back);color:var(--text);font:17px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
main{width:100%;max-width:480px;padding:44px 40px 36px;background:var(--card);border:1px solid var(--line);border-radius:20px;box-shadow:0 1px 2px #0b142808,0 18px 48px -20px #0b142838;text-align:center}
svg{display:block;width:72px;height:72px;margin:0 auto 22px;padding:9px;border-radius:50%;fill:none;stroke:currentColor;stroke-width:4;stroke-linecap:round;stroke-linejoin:round}
.good svg{color:var(--good);background:var(--goodback)}
.bad svg{color:var(--bad);background:var(--badback)}
.calm svg{color:var(--calm);background:var(--calmback)}
h1{margin:0 0 10px;font-size:27px;line-height:1.25;font-weight:680;letter-spacing:-.015em;text-wrap:balance}
p{margin:0;color:var(--soft);text-wrap:balance}
p.next{margin-top:24px;padding-top:22px;border-top:1px solid var(--line);color:var(--text)}
footer{margin-top:22px;color:var(--soft);font-size:14px}
footer code{font:600 14px/1 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media (max-width:480px){body{padding:16px}main{padding:34px 22px 28px;border-radius:16px}h1{font-size:24px}}
`;

/** The whole HTML document, UTF-8. Takes no text: what the page says is chosen here. */
export function resultPage(page: ResultPage): string {
  const { mark, tone, title, what, next } = words[page];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · kubectl oidc</title>
<style>${resultPageStyle}</style>
</head>
<body class="${tone}">
<main>
<svg viewBox="0 0 48 48" aria-hidden="true">${mark}</svg>
<h1>${title}</h1>
<p>${what}</p>
<p class="next">${next}</p>
</main>
<footer><code>kubectl oidc</code></footer>
</body>
</html>
`;
}
