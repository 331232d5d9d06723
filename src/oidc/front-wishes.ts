// What the release's front asks of us besides the answer (docs/front.md). A kubeconfig can set these variables too,
// for a program without a front: all that they get is a refresh, or a failure that has happened already.

export type FrontWishes = {
  /** `refused`: the client met a 401 with this answer. `early`: the answer is still good, and nobody waits for us. */
  readonly refresh: 'refused' | 'early' | undefined;
  /** When the client asked, in epoch milliseconds: it may have waited for others since. */
  readonly askedMs: number | undefined;
};

/** No wish is what anything else than these words means. */
export function readFrontWishes(environment: Readonly<Record<string, string | undefined>>): FrontWishes {
  const { KUBECTL_OIDC_REFRESH: refresh, KUBECTL_OIDC_ASKED_MS: asked = '' } = environment;
  return {
    refresh: refresh === 'refused' || refresh === 'early' ? refresh : undefined,
    askedMs: /^\d{1,15}$/.test(asked) ? Number(asked) : undefined,
  };
}
