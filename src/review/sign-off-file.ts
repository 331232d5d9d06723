// A sign-off on disk: what `review --sign-off FILE` writes after each decision, and reads when it goes on.

import { jsonDocument } from '../json-document.ts';
import { type Fields, isFields } from '../json-fields.ts';
import { type Decided, decisions, type Reading, type SignOff } from './sign-off.ts';

export const signOffKind = 'AccessSignOff';

export function formatSignOff(pass: SignOff): string {
  return jsonDocument(signOffKind, pass);
}

/** undefined for what is none, is of a later version, or was cut or changed so that it cannot be relied on. */
export function parseSignOff(document: unknown): SignOff | undefined {
  if (!isFields(document) || document.apiVersion !== 'kubectl-oidc/v1' || document.kind !== signOffKind)
    return;
  const { cluster, server, namespace, hidesSystem, startedAt, startedBy } = document;
  const readings = allOf(document.readings, readingIn);
  const decided = allOf(document.decided, decidedIn);
  if (!areTexts(cluster, server, namespace, startedBy) || readings === undefined || decided === undefined)
    return;
  if (typeof hidesSystem !== 'boolean' || typeof startedAt !== 'number') return;
  return {
    cluster: `${cluster}`,
    server: `${server}`,
    namespace: `${namespace}`,
    hidesSystem,
    startedAt,
    startedBy: `${startedBy}`,
    readings,
    decided,
  };
}

function areTexts(...values: readonly unknown[]): boolean {
  return values.every((each) => typeof each === 'string');
}

function allOf<Value>(
  list: unknown,
  read: (fields: Fields) => Value | undefined,
): readonly Value[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const found = list.flatMap((each) => (isFields(each) ? (read(each) ?? []) : []));
  return found.length === list.length ? found : undefined;
}

function readingIn({ sha256, content, takenAt, file }: Fields): Reading | undefined {
  if (typeof sha256 !== 'string' || typeof content !== 'string') return undefined;
  return typeof takenAt === 'string' && typeof file === 'string'
    ? { sha256, content, takenAt, file }
    : undefined;
}

function decidedIn({ id, fingerprint, decision: said, note, at, by, snapshot }: Fields): Decided | undefined {
  const decision = decisions.find((each) => each === said);
  if (decision === undefined || typeof at !== 'number') return undefined;
  if (typeof id !== 'string' || typeof fingerprint !== 'string' || typeof note !== 'string') return undefined;
  if (typeof by !== 'string' || typeof snapshot !== 'string') return undefined;
  return { id, fingerprint, decision, note, at, by, snapshot };
}
