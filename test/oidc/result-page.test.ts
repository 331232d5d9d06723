import { expect, test } from 'vitest';
import { type ResultPage, resultPage, resultPageStyle } from '../../src/oidc/result-page.ts';

const pages: readonly ResultPage[] = ['signed-in', 'failed', 'received', 'refused', 'other-browser'];

test.each(pages)('the page "%s" is static: no script, no link, no form, nothing to load', (page) => {
  const withoutStyle = resultPage(page).replace(resultPageStyle, '');
  expect(withoutStyle).not.toMatch(/<(script|a|form|img|iframe|link|object)\b|\son[a-z]+=|https?:|style=/i);
  expect(resultPageStyle).not.toMatch(/url\(|@import|<\/style/i);
});

test.each(pages)('the page "%s" names its language and has a title and one heading that agree', (page) => {
  const html = resultPage(page);
  const heading = /<h1>(.*)<\/h1>/.exec(html)?.[1];
  expect(html).toContain('<html lang="en">');
  expect(html).toContain(`<title>${heading} · kubectl oidc</title>`);
  expect(html.match(/<h1>/g)).toHaveLength(1);
});

test('every page says what to do with the tab', () => {
  for (const page of pages) expect(resultPage(page)).toMatch(/close this tab/i);
});
