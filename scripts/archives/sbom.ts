// The software bill of materials of one archive (CycloneDX 1.6).

import { createHash } from 'node:crypto';
import type { Component } from './components.ts';

/** `files` are what the archive holds besides the bill; `version` of this program, `commit` it was built from. */
export type SbomFacts = {
  readonly archive: string;
  readonly version: string;
  readonly commit: string;
  readonly components: readonly Component[];
  readonly files: readonly { readonly name: string; readonly content: Buffer }[];
};

/** JSON text; without a time or a serial number, which would make two builds of one commit differ. */
export function sbomOf({ archive, version, commit, components, files }: SbomFacts): string {
  const self = `pkg:github/kubectl-oidc/kubectl-oidc@v${version}`;
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': self,
        name: archive,
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
        purl: self,
        properties: [{ name: 'kubectl-oidc:commit', value: commit }],
      },
    },
    components: [
      ...components.map(({ name, version: componentVersion, license, purl }) => ({
        type: 'library',
        'bom-ref': purl,
        name,
        version: componentVersion,
        licenses: [{ license: { id: license } }],
        purl,
      })),
      ...files.map(({ name, content }) => ({
        type: 'file',
        'bom-ref': `file:${name}`,
        name,
        hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(content).digest('hex') }],
      })),
    ],
    dependencies: [
      { ref: self, dependsOn: components.map(({ purl }) => purl) },
      ...components.map(({ purl }) => ({ ref: purl, dependsOn: [] })),
    ],
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}
