// Objects of the API as YAML; the library does the quoting, whatever a name holds.

import { Document, visit } from 'yaml';
import { isRisky, withoutRisk } from '../../json-document.ts';

/**
 * Block YAML that parsers of YAML 1.1 (kubectl, Go) and 1.2 read alike. No anchors: each place says what it means. What
 * YAML 1.1 takes for the end of a line (NEL, LS, PS) the library leaves as it is, so that is written by its number here.
 */
export function manifestYaml(value: object): string {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      // Between double quotes alone a character can be written by its number.
      if (typeof node.value === 'string' && isRisky(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return withoutRisk(document.toString({ lineWidth: 0 }));
}
