// Work that is begun when it is first needed, and whose result is kept.

/** The same value, or the same promise, at every call. Of a failed promise the failure too. */
export function once<Value>(work: () => Value): () => Value {
  let begun: { readonly value: Value } | undefined;
  return () => {
    begun ??= { value: work() };
    return begun.value;
  };
}
