// API objects as JSON gives them, before anything of them is believed. Lives here: the few questions that every
// reader of this room asks. Nothing here fails: what has the wrong shape counts as not there.

import { type Fields, isFields } from '../json-fields.ts';

const noStrings: readonly string[] = Object.freeze([]);

/** The text of a field, '' where there is none. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The strings of a list. The list itself is handed on where it holds nothing else: no copy. */
export function stringsIn(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return noStrings;
  return value.every(isString) ? value : value.filter(isString);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** The objects of a list. */
export function objectsIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
