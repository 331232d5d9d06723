// Text that others wrote, inside Markdown.

/** Names must not become links, cells, mentions or HTML. */
export function markdownText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|@#~]/g, '\\$&');
}
