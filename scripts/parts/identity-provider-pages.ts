// The pages of the throw-away identity provider, as text. A person meets them in `scripts/demo`.

/** Text as HTML text or attribute value. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

const style = `
  :root { color-scheme: light dark; --ink: #1a2233; --soft: #5b6577; --paper: #fff; --back: #eef2f9; --line: #d4dbe8; --blue: #326ce5 }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8ecf5; --soft: #9aa5b8; --paper: #1b2230; --back: #10151f; --line: #343f54; --blue: #6d9bff } }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  main { width: min(24rem, calc(100vw - 2rem)); padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 8px 30px #0001 }
  h1 { margin: 0 0 .25rem; font-size: 1.4rem } p { margin: 0 0 1rem; color: var(--soft) } .wrong { color: #d0342c }
  label { display: block; margin: .75rem 0 .25rem; font-size: .875rem }
  input { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 8px }
  button { width: 100%; margin-top: 1rem; padding: .65rem; font: inherit; font-weight: 600; color: #fff; background: var(--blue); border: 0; border-radius: 8px; cursor: pointer }
  button.quiet { background: transparent; color: var(--soft); font-weight: 400; margin-top: .5rem }
  small { display: block; margin-top: 1.25rem; color: var(--soft) } code { font-size: 1.2em }
`;

/** A whole page; `bodyHtml` must be escaped by whoever builds it. */
export function page(title: string, bodyHtml: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head><body><main>${bodyHtml}</main></body></html>`;
}

/** The sign-in form; `names` are offered as suggestions. */
export function loginPage(login: {
  readonly clientName: string;
  readonly names: readonly string[];
  readonly wrong: boolean;
}): string {
  const suggestions = login.names.map((name) => `<option value="${escapeHtml(name)}">`).join('');
  const known = login.names.map((name) => `<b>${escapeHtml(name)}</b>`).join(', ');
  return page(
    'Sign in',
    `<h1>Sign in</h1>
<p>to continue to ${escapeHtml(login.clientName)}</p>
${login.wrong ? '<p class="wrong" role="alert">That name and password do not match.</p>' : ''}
<form method="post">
<label for="username">User name</label>
<input id="username" name="username" list="names" autocomplete="username" autofocus>
<datalist id="names">${suggestions}</datalist>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password">
<button name="action" value="sign-in">Sign in</button>
<button name="action" value="cancel" class="quiet" formnovalidate>Cancel</button>
</form>
<small>A throw-away provider on this machine. It knows ${known}; a password only where a test set one.</small>`,
  );
}
