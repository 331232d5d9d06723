// What commands print for scripts: one JSON document with its apiVersion and kind.

// Beside what JSON escapes itself: what a terminal may take for an order, and what turns or hides text.
const risky = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Names stay what they are; characters that would act on a terminal are written as `\uXXXX`. */
export function jsonDocument(kind: string, fields: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify({ apiVersion: 'kubectl-oidc/v1', kind, ...fields }, null, 2);
  // Most documents are plain, and some have megabytes.
  return `${/[^\n -~]/.test(text) ? text.replaceAll(risky, escaped) : text}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
