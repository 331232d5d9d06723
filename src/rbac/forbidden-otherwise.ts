// Refusals whose words are "Forbidden" though no role or binding decides them: what did, and what helps.

export type Decider =
  | 'pod-security'
  | 'quota'
  | 'limit-range'
  | 'admission-policy'
  | 'admission-webhook'
  | 'node-restriction'
  | 'namespace-lifecycle'
  | 'owner-references'
  | 'signer'
  | 'unknown';

// The admission plugins' own words (kubernetes plugin/pkg/admission, apiserver pkg/admission/plugin).
const signs: readonly (readonly [Decider, RegExp])[] = [
  ['pod-security', /violates PodSecurity "/],
  ['quota', /: (exceeded quota:|failed quota:|status unknown for quota:|insufficient quota)/],
  ['admission-policy', /ValidatingAdmissionPolicy '|MutatingAdmissionPolicy '/],
  ['admission-webhook', /admission webhook "/],
  ['node-restriction', /: node "?[^ ]+ (is not allowed|can only|cannot)|node "[^"]*" is not allowed/],
  ['namespace-lifecycle', /this namespace may not be deleted|because it is being terminated/],
  ['owner-references', /cannot set blockOwnerDeletion/],
  ['signer', /user not permitted to \w+ (requests|certificates)? ?with signerName/],
  ['limit-range', /: \[?(maximum|minimum) .+ (usage|limit|request) per |max limit to request ratio per /],
];

/** Who decided, as far as the message tells. */
export function deciderOf(message: string): Decider {
  return signs.find(([, sign]) => sign.test(message))?.[0] ?? 'unknown';
}

/** What decided and what helps, in one sentence each. */
export const deciderWords: Readonly<Record<Decider, string>> = {
  'pod-security':
    "Pod Security admission refused it, by the namespace's label pod-security.kubernetes.io/enforce; no grant helps. Change the pod as the message says.",
  quota:
    'A ResourceQuota of the namespace is used up; no grant helps. "kubectl describe quota" shows it; delete something, or ask for more.',
  'limit-range':
    'A LimitRange of the namespace refused it; no grant helps. "kubectl describe limitrange" shows what fits.',
  'admission-policy':
    'An admission policy of this cluster refused it, whoever asks; no grant helps. The message is its own.',
  'admission-webhook':
    'An admission webhook refused it, whoever asks; no grant helps. The message is its own.',
  'node-restriction':
    'The admission plugin NodeRestriction lets a kubelet change its own node and pods only; no grant helps.',
  'namespace-lifecycle': 'The namespace is one that Kubernetes keeps, or is on its way out; no grant helps.',
  'owner-references':
    'Whoever sets blockOwnerDeletion must be allowed to update the finalizers of the owner: ask for "update" on the owner\'s subresource "finalizers".',
  signer:
    'Whoever approves or signs a request must be allowed to "approve" or "sign" on signers of that name (certificates.k8s.io).',
  unknown:
    'This is no refusal by RBAC as far as the message tells: the request was allowed to come in, and something behind it said no.',
};
