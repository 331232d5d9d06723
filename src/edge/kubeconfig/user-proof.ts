// The client certificate or token that a kubeconfig holds for one user, read only where it is about to be used.

import { dirname, resolve } from 'node:path';
import { isFields, parseFields } from '../../json-fields.ts';
import type { KubeUser } from '../../oidc/kubeconfig.ts';
import { readGivenFileSync } from '../files/given-file.ts';
import { readText } from './kubeconfig.ts';
import { parseKubeDocument } from './kubeconfig-parse.ts';

/** For one https connection; PEM. */
export type UserProof =
  | { readonly token: string }
  | { readonly certificate: string; readonly privateKey: string };

const maxBytes = 1024 * 1024;

/** undefined for a user that has neither. Fails with `usage` or `file`, or as the system says of a certificate's file. */
export async function readUserProof({
  name,
  file,
}: Pick<KubeUser, 'name' | 'file'>): Promise<UserProof | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  // A file in JSON is read as such: a YAML parser takes a tenth of a second for the certificates in it.
  const user = userIn(parseFields(text) ?? parseKubeDocument(file, text).document.toJS(), name);
  const certificate = pemOf(user, 'client-certificate', file);
  const privateKey = pemOf(user, 'client-key', file);
  if (certificate !== undefined && privateKey !== undefined) return { certificate, privateKey };
  return typeof user.token === 'string' && user.token !== '' ? { token: user.token } : undefined;
}

function userIn(document: unknown, name: string): Readonly<Record<string, unknown>> {
  const users = isFields(document) && Array.isArray(document.users) ? document.users : [];
  const entry = users.find((each) => isFields(each) && each.name === name);
  return isFields(entry) && isFields(entry.user) ? entry.user : {};
}

/** The data wins over the file, as for kubectl. */
function pemOf(user: Readonly<Record<string, unknown>>, field: string, file: string): string | undefined {
  const data = user[`${field}-data`];
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString('latin1');
  const path = user[field];
  if (typeof path !== 'string' || path === '') return undefined;
  return readGivenFileSync(resolve(dirname(file), path), maxBytes).toString('latin1');
}
