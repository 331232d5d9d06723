// Plain values as YAML for people and programs to read; the library does the quoting.

import { stringify } from 'yaml';
import type { EditValue } from '../../oidc/kubeconfig-plan.ts';

/** Block YAML that parsers of YAML 1.1 and 1.2 read alike; long texts with lines in them as literal blocks. */
export function yamlOf(value: EditValue): string {
  return stringify(value, { lineWidth: 0, blockQuote: 'literal', compat: 'yaml-1.1' });
}
