// The text of a kubeconfig as it may be shown: same lines, but whatever proves a user stands there as <hidden>.

import { isMap, isPair, isScalar, isSeq, type Scalar, visit } from 'yaml';
import { loginOptions } from '../../oidc/login-options.ts';
import { parseKubeDocument } from './kubeconfig-parse.ts';

const hidden = '<hidden>';
// Below a user everything is a secret unless its key is here.
const harmlessKeys = new Set([
  'name',
  'apiVersion',
  'command',
  'interactiveMode',
  'provideClusterInfo',
  'installHint',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'tokenFile',
  'as',
  'as-uid',
  'as-groups',
  'idp-issuer-url',
  'client-id',
]);
const secretWord = /^--?[a-z-]*(secret|password|token|key)(=|$)/i;
const ourFlags = new Set(Object.keys(loginOptions).map((flag) => `--${flag}`));

/** Tokens, keys, passwords and unknown fields of users hidden, also in comments that look like them; the line count stays. */
export function maskKubeText(path: string, text: string): string {
  const ranges: (readonly [number, number])[] = [];
  visit(parseKubeDocument(path, text).document, {
    Scalar: (key, node, ancestors) => {
      if (key === 'key' || node.range == null) return;
      if (isSecret(node, ancestors)) ranges.push([node.range[0], node.range[1]]);
    },
  });
  let masked = '';
  let done = 0;
  for (const [start, end] of ranges) {
    // The same number of lines, so that a difference is shown beside its true surroundings.
    masked += text.slice(done, start) + hidden + text.slice(start, end).replaceAll(/[^\n]/g, '');
    done = end;
  }
  return (masked + text.slice(done)).replaceAll(
    /(#.*?(?:token|password|secret|key-data)["']?\s*[:=]\s*)\S.*/gi,
    `$1${hidden}`,
  );
}

function isSecret(node: Scalar, ancestors: readonly unknown[]): boolean {
  const keys = ancestors.flatMap((each) =>
    isPair(each) && isScalar(each.key) ? [String(each.key.value)] : [],
  );
  const text = String(node.value ?? '');
  if (keys[0] === 'clusters') return keys.at(-1) === 'proxy-url' && text.includes('@');
  if (keys[0] !== 'users') return secretKey.test(keys.at(-1) ?? '');
  if (keys.at(-1) === 'args') return isSecretWord(text, node, ancestors);
  if (keys.at(-1) === 'value') return !variableIsOurs(ancestors);
  return keys.length > 1 && !harmlessKeys.has(keys.at(-1) ?? '');
}

const secretKey = /token|password|secret|key-data/i;

function isSecretWord(text: string, node: Scalar, ancestors: readonly unknown[]): boolean {
  const list = ancestors.at(-1);
  const words = isSeq(list) ? list.items : [];
  const before = words[words.indexOf(node) - 1];
  const flag = isScalar(before) ? String(before.value) : '';
  if (!ourFlags.has(flag) && !flag.includes('=') && secretWord.test(flag)) return true;
  return text.includes('=') && !ourFlags.has(text.slice(0, text.indexOf('='))) && secretWord.test(text);
}

function variableIsOurs(ancestors: readonly unknown[]): boolean {
  const entry = ancestors.findLast((each) => isMap(each));
  return isMap(entry) && /^KUBECTL_OIDC_/.test(String(entry.get('name') ?? ''));
}
