// Where in a YAML text a value goes, and how it is laid out there. Offsets come from the parsed nodes; whoever
// calls checks that the outcome says what was meant.

import { isCollection, isPair, isScalar, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { EditValue } from '../../oidc/kubeconfig-plan.ts';

/** A text and its habits: line ends, columns a level in flow style, and how block YAML is rendered. */
export type Layout = {
  readonly text: string;
  readonly eol: string;
  readonly unit: number;
  readonly render: (value: EditValue) => string;
};

type Collection = YAMLMap | YAMLSeq;

/** The column (from 0) of an offset. */
export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** `added`: a mapping with one key, or a list with one entry, put after the last line of the block collection. */
export function insertInBlock(layout: Layout, node: Collection, added: EditValue): string | undefined {
  const start = node.range?.[0];
  const last = node.items.at(-1);
  if (start === undefined || last === undefined) return undefined;
  const at = lineEndAfter(layout.text, endOf(last));
  const block = indented(layout.render(added), columnOf(layout.text, start), layout.eol);
  const head = layout.text.slice(0, at);
  return `${head}${head.endsWith('\n') ? '' : layout.eol}${block}${layout.text.slice(at)}`;
}

/** The same for `{…}` and `[…]`, as JSON: one line, or lines where the collection has lines. */
export function insertInFlow(layout: Layout, node: Collection, added: EditValue): string | undefined {
  const { text } = layout;
  const [start, end] = node.range ?? [];
  if (start === undefined || end === undefined) return undefined;
  const first = node.items[0];
  const last = node.items.at(-1);
  if (first === undefined || last === undefined)
    return text.slice(0, start) + JSON.stringify(added) + text.slice(end);
  const firstAt = startOf(first);
  const isMultiLine = text.slice(start, firstAt).includes('\n');
  const body = innerJson(added, isMultiLine ? layout.unit : 0);
  const separator = isMultiLine ? `,\n${' '.repeat(columnOf(text, firstAt))}` : ', ';
  const lines = (separator + body.replaceAll('\n', `\n${' '.repeat(columnOf(text, firstAt))}`)).replaceAll(
    '\n',
    layout.eol,
  );
  const at = endOf(last);
  return text.slice(0, at) + lines + text.slice(at);
}

/** Another value for a key in block style; a comment at the end of its line stays. */
export function replaceInBlock(layout: Layout, pair: Pair, value: EditValue): string | undefined {
  const { text, render, eol } = layout;
  const key = pair.key;
  if (!isScalar(key) || key.range == null) return undefined;
  const colon = text.indexOf(':', key.range[1]);
  const old = isScalar(pair.value) || isCollection(pair.value) ? pair.value.range : undefined;
  const oldEnd = Math.max(old?.[1] ?? colon + 1, colon + 1);
  const head = text.slice(0, colon + 1);
  const isOneLine = !text.slice(colon, oldEnd).includes('\n');
  if (typeof value !== 'object') {
    return isOneLine
      ? `${head} ${render(value).trimEnd()}${text.slice(oldEnd)}`
      : `${head} ${render(value).trimEnd()}${eol}${text.slice(oldEnd)}`;
  }
  const lineEnd = isOneLine ? lineEndAfter(text, oldEnd) : oldEnd;
  const comment = isOneLine ? text.slice(oldEnd, lineEnd).trimEnd() : '';
  const shift = columnOf(text, key.range[0]) + (Array.isArray(value) ? 0 : 2);
  const rendered = Array.isArray(value) ? render({ key: value }).slice('key:\n'.length) : render(value);
  return `${head}${comment}${eol}${indented(rendered, shift, eol)}${text.slice(lineEnd)}`;
}

/** JSON without its outermost brackets, so that it continues a collection. */
function innerJson(added: EditValue, unit: number): string {
  if (unit === 0) return JSON.stringify(added).slice(1, -1);
  const lines = JSON.stringify(added, null, unit).split('\n').slice(1, -1);
  return lines.map((line) => line.slice(unit)).join('\n');
}

function indented(block: string, columns: number, eol: string): string {
  const lines = block.trimEnd().split('\n');
  return lines.map((line) => `${line === '' ? '' : ' '.repeat(columns)}${line}${eol}`).join('');
}

function startOf(item: unknown): number {
  const node = isPair(item) ? item.key : item;
  return (node as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
}

/** The end of an item's value, without what follows on its line. */
function endOf(item: unknown): number {
  if (isPair(item)) return Math.max(endOf(item.key), endOf(item.value));
  return (item as { range?: readonly number[] | null } | null)?.range?.[1] ?? 0;
}

/** The start of the next line, unless the offset is the start of a line itself. */
function lineEndAfter(text: string, offset: number): number {
  if (offset === 0 || text[offset - 1] === '\n') return offset;
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}
