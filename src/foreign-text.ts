// The one cleaner for text that others wrote: claims, provider errors, RBAC names. Used where such text enters,
// before any terminal, page or Ink output; nothing else lives here.

// C0, DEL, C1 (ESC and CSI among them), line and paragraph separators, zero-width and bidi controls, BOM, tags.
const controls =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
// Whole escape sequences go first, so that no harmless-looking rest such as "]0;title" stays behind. What one holds
// may not begin another: each character is then looked at once, however many beginnings there are.
const sequences =
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c\u009d]*(?:\u0007|\u001b\\|\u009c|$)|(?:\u001b\[|\u009b)[0-?]*[ -/]*(?:[@-~]|$)/gu;

// Room for the escapes among the characters that are shown.
const keptPerCharacter = 8;
const keptBesides = 4096;

/** Printable ASCII without a space at either end: most names, of which a large cluster has a hundred thousand. */
const plain = /^[!-~](?:[ -~]*[!-~])?$/;

/**
 * One line without terminal escapes, control or bidi characters, at most `maxLength` characters (then an ellipsis).
 * Does not judge meaning: look-alike letters pass. Of a text that is much longer only the beginning is looked at.
 */
export function cleanText(text: string, maxLength = 200): string {
  if (text.length <= maxLength && plain.test(text)) return text;
  const kept = text.slice(0, maxLength * keptPerCharacter + keptBesides);
  const line = kept
    .replaceAll(sequences, '')
    .replaceAll(/[\r\n\t]+/g, ' ')
    .replaceAll(controls, '')
    .trim();
  const characters = [...line];
  return characters.length <= maxLength && kept.length === text.length
    ? line
    : `${characters.slice(0, maxLength - 1).join('')}…`;
}
