// What commands print for scripts: one JSON document with its apiVersion and kind.

// Beside what JSON escapes itself: what a terminal may take for an order, and what turns or hides text.
const risky = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Names stay what they are; characters that would act on a terminal are written as `\uXXXX`. */
export function jsonDocument(kind: string, fields: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify({ apiVersion: 'kubectl-oidc/v1', kind, ...fields }, null, 2);
  // Most documents are plain, and some have megabytes.
  return `${withoutRisk(text)}\n`;
}

/** The same for JSON that others define, or a text in double quotes of YAML: characters that act are written as `\uXXXX`. */
export function withoutRisk(text: string): string {
  return isRisky(text) ? text.replaceAll(risky, escaped) : text;
}

/** Whether a text holds characters that a terminal or a parser may take for more than a letter. */
export function isRisky(text: string): boolean {
  return /[^\n -~]/.test(text) && text.search(risky) >= 0;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
