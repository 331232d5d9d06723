// Questions to the API server's own authorizer and authenticator.

import { isFields } from '../../json-fields.ts';
import { type Rule, rulesIn } from '../../rbac/rule.ts';
import type { Gap } from '../../rbac/snapshot.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { answerFailure } from './api-failure.ts';

/** The attributes of a SubjectAccessReview (authorization.k8s.io/v1): a resource request, or a path. */
export type ReviewedRequest =
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly verb: string; readonly path: string };

/** `reason` is the authorizer's own sentence. */
export type ReviewAnswer = { readonly allowed: boolean; readonly reason: string };

/** What the authorizers say for this user with exactly these groups. Fails with `forbidden`, `cluster`. */
export async function reviewAccess(
  api: ApiClient,
  subject: { readonly user: string; readonly groups: readonly string[] },
  request: ReviewedRequest,
): Promise<ReviewAnswer> {
  const spec = { user: subject.user, groups: subject.groups, ...attributesOf(request) };
  return reviewed(api, 'subjectaccessreviews', { kind: 'SubjectAccessReview', spec });
}

/** What the authorizers say for the caller itself (or for whom it impersonates). Fails with `cluster`. */
export async function reviewOwnAccess(api: ApiClient, request: ReviewedRequest): Promise<ReviewAnswer> {
  const body = { kind: 'SelfSubjectAccessReview', spec: attributesOf(request) };
  return reviewed(api, 'selfsubjectaccessreviews', body);
}

async function reviewed(api: ApiClient, resource: string, review: object): Promise<ReviewAnswer> {
  const answer = await api.ask({
    method: 'POST',
    path: `/apis/authorization.k8s.io/v1/${resource}`,
    body: { apiVersion: 'authorization.k8s.io/v1', ...review },
  });
  const status = isFields(answer.body) ? answer.body.status : undefined;
  if (answer.status !== 201 || !isFields(status)) {
    throw answerFailure(api.server, `create ${resource}`, answer);
  }
  return { allowed: status.allowed === true, reason: typeof status.reason === 'string' ? status.reason : '' };
}

function attributesOf(request: ReviewedRequest): object {
  if ('path' in request) return { nonResourceAttributes: request };
  return { resourceAttributes: request };
}

/** The rules that SelfSubjectRulesReview lists for the caller in a namespace; it may know of more. Fails with `cluster`. */
export async function reviewOwnRules(api: ApiClient, namespace: string): Promise<readonly Rule[]> {
  const answer = await askOwnRules(api, namespace);
  const status = isFields(answer.body) ? answer.body.status : undefined;
  if (answer.status !== 201 || !isFields(status))
    throw answerFailure(api.server, 'say what you may do', answer);
  return [...rulesIn(status.resourceRules), ...rulesIn(status.nonResourceRules)];
}

function askOwnRules(api: ApiClient, namespace: string): Promise<ApiAnswer> {
  return api.ask({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
  });
}

/**
 * What may be allowed beside RBAC, as far as the server lets it be known: of its authorizers those that cannot list rules
 * say so (RulesFor of plugin/pkg/authorizer/webhook), in no other way than by this sentence. undefined: nothing.
 */
export async function authorizersGap(api: ApiClient): Promise<Gap | undefined> {
  const gap = { what: 'authorizers', namespace: '' } as const;
  const { status: answered, body } = await askOwnRules(api, 'default');
  if (answered !== 201)
    return { ...gap, reason: 'you may not ask whether something decides beside RBAC, and allows more' };
  const status = isFields(body) && isFields(body.status) ? body.status : {};
  const { evaluationError = '' } = status;
  const isThere = typeof evaluationError === 'string' && evaluationError.includes('webhook authorizer');
  return isThere ? { ...gap, reason: 'a webhook decides beside RBAC, and may allow more' } : undefined;
}

export type ReviewedIdentity = { readonly user: string; readonly groups: readonly string[] };

/** Who the API server takes the caller for (SelfSubjectReview, Kubernetes 1.28). Fails with `cluster`. */
export async function reviewSelf(api: ApiClient): Promise<ReviewedIdentity> {
  const answer = await api.ask({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });
  const status = isFields(answer.body) ? answer.body.status : undefined;
  const info = isFields(status) ? status.userInfo : undefined;
  if (answer.status !== 201 || !isFields(info)) throw answerFailure(api.server, 'say who you are', answer);
  const groups = Array.isArray(info.groups) ? info.groups.filter((each) => typeof each === 'string') : [];
  return { user: typeof info.username === 'string' ? info.username : '', groups };
}
