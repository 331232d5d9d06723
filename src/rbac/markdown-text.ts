// Text that others wrote, inside Markdown.

/** Names must not become links (GitHub makes them of bare addresses too), cells, mentions or HTML. */
export function markdownText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|@#~]/g, '\\$&')
    .replaceAll(
      /\b(https?|ftp|mailto|xmpp):|\bwww\./gi,
      (found) => `${found.slice(0, -1)}\\${found.slice(-1)}`,
    );
}
