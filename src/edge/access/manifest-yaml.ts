// Objects of the API as YAML; the library does the quoting, whatever a name holds.

import { stringify } from 'yaml';

/** Block YAML that parsers of YAML 1.1 (kubectl, Go) and 1.2 read alike. No anchors: each place says what it means. */
export function manifestYaml(value: object): string {
  return stringify(value, { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false });
}
