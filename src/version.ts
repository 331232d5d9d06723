// Which build this is. The build replaces both names; run from source they are not defined.

declare const KUBECTL_OIDC_VERSION: string | undefined;
declare const KUBECTL_OIDC_COMMIT: string | undefined;

export const version = typeof KUBECTL_OIDC_VERSION === 'string' ? KUBECTL_OIDC_VERSION : '0.0.0-source';

/** The commit that was built, 'unknown' where the build did not know it. */
export const commit = typeof KUBECTL_OIDC_COMMIT === 'string' ? KUBECTL_OIDC_COMMIT : 'unknown';
