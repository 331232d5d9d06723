// The one cleaner for text that others wrote: claims, provider errors, RBAC names. Used where such text enters,
// before any terminal, page or Ink output; nothing else lives here.

// C0, DEL, C1 (ESC and CSI among them), line and paragraph separators, zero-width and bidi controls, BOM, tags.
const controls =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
// Whole escape sequences go first, so that no harmless-looking rest such as "]0;title" stays behind.
const sequences =
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/gu;

/**
 * One line without terminal escapes, control or bidi characters, at most `maxLength` characters (then an ellipsis).
 * Does not judge meaning: look-alike letters pass.
 */
export function cleanText(text: string, maxLength = 200): string {
  const line = text
    .replaceAll(sequences, '')
    .replaceAll(/[\r\n\t]+/g, ' ')
    .replaceAll(controls, '')
    .trim();
  const characters = [...line];
  return characters.length <= maxLength ? line : `${characters.slice(0, maxLength - 1).join('')}…`;
}
