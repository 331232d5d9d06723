// JSON met at a door, as objects whose fields are still to be judged.

/** An object with named fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object in a JSON text; undefined for anything else. */
export function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    // Not JSON: the caller knows what the text was and says so.
    return undefined;
  }
}

/** Whether it is an object with named fields: no list, no null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether each of `names` is missing or of that type, so that a checked object may be taken as it stands. */
export function areOptional(fields: Fields, type: 'string' | 'number', names: readonly string[]): boolean {
  return names.every((name) => {
    const value = fields[name];
    return value === undefined || (type === 'number' ? Number.isFinite(value) : typeof value === type);
  });
}
