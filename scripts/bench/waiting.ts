// Which calls waited for the provider, told from when they ran and when the provider was asked.

type Moments = readonly [startedMs: number, endedMs: number];

/**
 * The milliseconds of those that waited: an answer of the provider came while they ran, and they took its delay longer
 * than the fastest. One that ran while another process asked is no slower, or by what main needs to read the new token
 * from the keychain; one that was slow while the provider had nothing to answer met a busy machine.
 */
export function thoseThatWaited(
  calls: readonly (readonly [...Moments, ...unknown[]])[],
  provider: { readonly askedMs: readonly number[]; readonly delayMs: number },
): readonly number[] {
  const lengths = calls.map(([startedMs, endedMs]) => endedMs - startedMs);
  const slow = Math.min(...lengths) + provider.delayMs;
  const answersMs = provider.askedMs.map((each) => each + provider.delayMs);
  return calls
    .filter(([startedMs, endedMs]) => answersMs.some((at) => startedMs <= at && at <= endedMs))
    .map(([startedMs, endedMs]) => endedMs - startedMs)
    .filter((length) => length >= slow);
}
