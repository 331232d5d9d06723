// Manifests as text, ready to be kept in Git and applied by whatever applies there.

import { withoutRisk } from '../json-document.ts';
import { slug } from './grant-names.ts';
import type { Manifest } from './manifest.ts';

export type ManifestForm = 'yaml' | 'json' | 'kustomize';

/**
 * Several documents of YAML; a `List` as JSON; or the files of a kustomization, each below a comment with its name.
 * `yamlOf` does all quoting: nothing of a name is put into text here.
 */
export function formatManifests(
  manifests: readonly Manifest[],
  form: ManifestForm,
  yamlOf: (value: object) => string,
): string {
  if (form === 'json') {
    return `${withoutRisk(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }, undefined, 2))}\n`;
  }
  if (form === 'yaml') return manifests.map(yamlOf).join('---\n');
  const files = manifests.map((each) => ({ name: fileName(each), text: yamlOf(each) }));
  const kustomization = yamlOf({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(({ name }) => name),
  });
  const all = [{ name: 'kustomization.yaml', text: kustomization }, ...files];
  return all.map(({ name, text }) => `# ${name}\n${text}`).join('---\n');
}

function fileName({ kind, metadata: { namespace, name } }: Manifest): string {
  return `${[namespace, kind, name]
    .filter((each) => each !== undefined)
    .map(slug)
    .join('-')}.yaml`;
}
