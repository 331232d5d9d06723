// `review --export` and `review --manifest`: the access of a cluster as rows for SQL, and the CronJob that makes them.

import type { Host } from '../host.ts';
import {
  type ExportManifestRequest,
  type ExportRequest,
  exportManifests,
  parseExport,
} from '../review/export-request.ts';
import type { TypedWords } from '../typed-words.ts';

/** Words → request; undefined: a review is asked for. Fails with `usage`. */
export function parse(words: TypedWords): ExportRequest | ExportManifestRequest | undefined {
  return parseExport(words);
}

export type ExportDeps = {
  /** Reads and writes; what is for stdout comes back in parts. Fails as reading and writing do. */
  readonly exportRows: (request: ExportRequest) => Promise<Iterable<string>>;
  readonly yamlOf: (value: object) => string;
};

/** The text for stdout, in parts. Fails with `usage`, `file`, and as reading a cluster does. */
export async function run(
  request: ExportRequest | ExportManifestRequest,
  { exportRows, yamlOf }: ExportDeps,
): Promise<Iterable<string>> {
  if (request.kind === 'export') return exportRows(request);
  return [exportManifests(request).map(yamlOf).join('---\n')];
}

/** The real parts. */
export async function realDeps(host: Host): Promise<ExportDeps> {
  const { exportRows } = await import('../edge/access/export-rows.ts');
  const { manifestYaml } = await import('../edge/access/manifest-yaml.ts');
  return {
    exportRows: async (request) => {
      const exported = await exportRows(request, host);
      if (exported.kind === 'text') return exported.chunks;
      const { path, complete } = exported;
      const note = complete ? '' : ' Not all could be read: its rows say what not.';
      return [`Written: ${path}.${note}\n`];
    },
    yamlOf: manifestYaml,
  };
}
