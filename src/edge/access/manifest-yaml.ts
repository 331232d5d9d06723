// Objects of the API as YAML; the library does the quoting, whatever a name holds.

import { Document, visit } from 'yaml';

// What YAML 1.1, which kubectl reads, takes for the end of a line (NEL, LS, PS), and what acts on a terminal or hides:
// the library leaves them as they are.
const risky = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

/** Block YAML that parsers of YAML 1.1 (kubectl, Go) and 1.2 read alike. No anchors: each place says what it means. */
export function manifestYaml(value: object): string {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      // Between double quotes alone a character can be written by its number.
      if (typeof node.value === 'string' && risky.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 }).replaceAll(new RegExp(risky, 'g'), escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
