// Texts of manifests → API objects, every complaint with its file, line and column.

import { CORE_SCHEMA, loadAll, mergeTag } from 'js-yaml';
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import { isFields } from '../../json-fields.ts';
import { once } from '../../once.ts';
import { problemIn } from '../../rbac/manifest-problems.ts';
import { textIn } from '../../rbac/raw.ts';
import type { ManifestText } from './manifest-files.ts';

/** One document of a text. */
export type ParsedDocument = {
  readonly value: unknown;
  readonly failure: (path: readonly (string | number)[], why: string) => Failure;
  /** The line on which that begins; undefined in a text too large to look it up. */
  readonly lineOf: (path: readonly (string | number)[]) => number | undefined;
};

/** The objects of one text. Fails with `usage`: what does not parse, and what an API server would refuse about access. */
export function objectsInText({ name, text, how }: ManifestText): readonly unknown[] {
  return documentsIn(name, text).flatMap(({ value, failure }) => {
    if (value === null || value === undefined) return [];
    const isObject = isFields(value) && textIn(value.kind) !== '' && textIn(value.apiVersion) !== '';
    if (!isObject && how === 'found') return [];
    if (!isObject) throw failure([], 'this is no API object: apiVersion or kind is missing');
    const problem = problemIn(value);
    if (problem !== undefined) throw failure(problem.path, problem.why);
    return [value];
  });
}

/**
 * YAML or JSON, one document or many. The places of a text that is fine are looked up only where one is asked for: the
 * parser that knows them takes ten times as long. Fails with `usage`, naming file, line and column.
 */
export function documentsIn(name: string, text: string): readonly ParsedDocument[] {
  const values = jsonIn(text) ?? plainYamlIn(text);
  if (values === undefined) return yamlIn(name, text);
  const placed = once(() => {
    const documents = yamlIn(name, text);
    return documents.length === values.length ? documents : [];
  });
  return values.map((value, index) => ({
    value,
    failure: (path, why) => placed()[index]?.failure(path, why) ?? failureAt(cleanText(name), why),
    lineOf: (path) => (text.length > placedLength ? undefined : placed()[index]?.lineOf(path)),
  }));
}

const placedLength = 512 * 1024;

function jsonIn(text: string): readonly unknown[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return [JSON.parse(text)];
  } catch {
    // YAML may begin with a brace too; what is wrong is told by its parser, with the place.
    return undefined;
  }
}

const schema = CORE_SCHEMA.withTags(mergeTag);
/** An anchor or an alias: left to the parser that bounds what they may unfold to. */
const anchors = /(?:^|[\s,:[{-])[&*][\w-]/m;

/** undefined for what does not parse, or has anchors. */
function plainYamlIn(text: string): readonly unknown[] | undefined {
  if (anchors.test(text)) return undefined;
  try {
    return loadAll(text, { schema });
  } catch {
    return undefined;
  }
}

function yamlIn(name: string, text: string): readonly ParsedDocument[] {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter, prettyErrors: false, stringKeys: true, merge: true });
  const documents: readonly Document[] = Array.isArray(parsed) ? parsed : [];
  return documents.map((document) => {
    const at = (offset: number, why: string): Failure => {
      const { line, col } = lineCounter.linePos(offset);
      return failureAt(`${cleanText(name)} line ${line}, column ${col}`, why);
    };
    const [error] = document.errors;
    if (error !== undefined) throw at(error.pos[0], cleanText(error.message, 160));
    return {
      value: plainOf(document, at),
      failure: (path, why) => at(offsetOf(document, path), why),
      lineOf: (path) => lineCounter.linePos(offsetOf(document, path)).line,
    };
  });
}

function plainOf(document: Document, at: (offset: number, why: string) => Failure): unknown {
  try {
    return document.toJS();
  } catch {
    throw at(offsetOf(document, []), 'it holds aliases that cannot be resolved');
  }
}

/** Of the deepest part of the path that is there. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function failureAt(place: string, why: string): Failure {
  return new Failure('usage', `${place}: ${cleanText(why, 200)}`, {
    hint: /\{\{/.test(why)
      ? 'Templates are no manifests: render them first.'
      : 'Correct it there; nothing was read.',
  });
}
