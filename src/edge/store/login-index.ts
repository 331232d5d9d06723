// The list of logins that are stored, without any secret: it tells "locked" from "nothing stored", and where to
// look. Reading only; the store writes it.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../failure.ts';
import { areOptional, isFields, parseFields } from '../../json-fields.ts';
import type { StorePlace } from '../../oidc/token.ts';
import { readOwnFileSync } from '../files/our-folder.ts';

export type IndexEntry = {
  readonly key: string;
  readonly place: StorePlace;
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly account: string;
  /** The provider's CA as `GivenAuthority.certificates`, when one was given: finds the login without a digest. */
  readonly authority?: string;
  readonly subject?: string;
  readonly name?: string;
  /** `exp` of the ID token; missing when only approvals are stored. */
  readonly expiresAt?: number;
  readonly refreshable: boolean;
  readonly savedAt: number;
};

const version = 1;

/** Also what the front's memo depends on: any change of a login writes it anew. */
export function indexPath(folder: string): string {
  return join(folder, 'index.json');
}

/** Differs whenever the index was written meanwhile, which every change of a login does; '' where there is none. */
export function indexState(folder: string): string {
  const stat = statSync(indexPath(folder), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.dev} ${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs}`;
}

/** The entries, none where there is no index yet. The folder must have been judged. Fails with `file`, `refused`. */
export function readIndex(folder: string): readonly IndexEntry[] {
  const path = indexPath(folder);
  const text = readOwnFileSync(path);
  if (text === undefined) return [];
  const fields = parseFields(text);
  const written = fields?.version;
  if (typeof written === 'number' && written > version) {
    throw new Failure('file', `${path} was written by a newer kubectl-oidc (format ${written})`, {
      hint: 'Update kubectl-oidc.',
    });
  }
  const logins = fields?.logins;
  if (written !== version || !Array.isArray(logins) || !logins.every(isEntry)) {
    throw new Failure('file', `${path} is damaged: it is not the list of logins`, {
      hint: `Remove it and sign in again: rm ${path} && kubectl oidc login`,
    });
  }
  return logins;
}

export function formatIndex(entries: readonly IndexEntry[]): string {
  return `${JSON.stringify({ version, logins: entries }, undefined, 2)}\n`;
}

function isEntry(value: unknown): value is IndexEntry {
  if (!isFields(value)) return false;
  const { place, refreshable } = value;
  return (
    (place === 'keychain' || place === 'file') &&
    typeof refreshable === 'boolean' &&
    ['key', 'issuerUrl', 'clientId', 'account'].every((name) => typeof value[name] === 'string') &&
    typeof value.savedAt === 'number' &&
    areOptional(value, 'string', ['authority', 'subject', 'name']) &&
    areOptional(value, 'number', ['expiresAt'])
  );
}
