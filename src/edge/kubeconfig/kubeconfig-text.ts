// One value set in the text of a kubeconfig, by the smallest change of that text: every byte that is not part of
// the value stays as it was, comments and odd formatting included. What cannot be done safely is refused.

import { isDeepStrictEqual } from 'node:util';
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { Failure } from '../../failure.ts';
import { cleanText } from '../../foreign-text.ts';
import type { EditStep, EditValue, KubeEdit } from '../../oidc/kubeconfig-plan.ts';
import { type KubeDocument, parseKubeDocument } from './kubeconfig-parse.ts';
import { columnOf, insertInBlock, insertInFlow, type Layout, replaceInBlock } from './kubeconfig-splice.ts';

/** The text with one edit made. Fails with `usage` where YAML aliases or unusual syntax stand in the way: nothing is guessed. */
export function editKubeText(text: string, edit: KubeEdit): string {
  const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
  const before = withRoot(text.slice(bom.length), edit.file);
  const opened = parseKubeDocument(edit.file, before);
  const after = spliced(opened, before, edit);
  const wanted = valueWith(plainOf(opened), edit.path, edit.value);
  if (after === undefined || !isDeepStrictEqual(plainOf(parseKubeDocument(edit.file, after)), wanted)) {
    throw notEditable(edit);
  }
  return bom + after;
}

/** An empty file, or one of comments only, gets the two lines that every kubeconfig begins with. */
function withRoot(text: string, file: string): string {
  const root = parseKubeDocument(file, text).document.contents;
  if (root !== null && !(isScalar(root) && root.value === null)) return text;
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${gap}apiVersion: v1\nkind: Config\n`;
}

function spliced(opened: KubeDocument, text: string, edit: KubeEdit): string | undefined {
  const layout = layoutOf(opened, text);
  let node: unknown = opened.document.contents;
  let inFlow = false;
  for (const [index, step] of edit.path.entries()) {
    const rest = edit.path.slice(index + 1);
    if (isAlias(node) || !isCollection(node)) return undefined;
    inFlow ||= node.flow === true;
    const pair = typeof step === 'string' ? pairOf(node, step) : undefined;
    const found = typeof step === 'string' ? pair?.value : itemNamed(node, step.named);
    if (pair === undefined && found === undefined) {
      const added = wrapped([step], wrapped(rest, edit.value));
      return inFlow ? insertInFlow(layout, node, added) : insertInBlock(layout, node, added);
    }
    const isNull = found === null || (isScalar(found) && found.value === null);
    const isEmptyFlow = isCollection(found) && found.flow === true && found.items.length === 0;
    if (pair !== undefined && (rest.length === 0 || isNull || (isEmptyFlow && !inFlow))) {
      return replaced(layout, { pair, value: wrapped(rest, edit.value), inFlow });
    }
    node = found;
  }
  return undefined;
}

function replaced(
  layout: Layout,
  change: { readonly pair: Pair; readonly value: EditValue; readonly inFlow: boolean },
): string | undefined {
  const { pair, value, inFlow } = change;
  if (!inFlow) return replaceInBlock(layout, pair, value);
  const range = (pair.value as { range?: readonly number[] } | null)?.range;
  if (range?.[0] === undefined || range[1] === undefined || range[0] === range[1]) return undefined;
  return layout.text.slice(0, range[0]) + JSON.stringify(value) + layout.text.slice(range[1]);
}

function pairOf(node: YAMLMap | YAMLSeq, key: string): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === key) : undefined;
}

function itemNamed(node: YAMLMap | YAMLSeq, name: string): unknown {
  return isSeq(node) ? node.items.find((item) => isMap(item) && item.get('name') === name) : undefined;
}

/** The value with the steps that lead to it around it. */
function wrapped(steps: readonly EditStep[], value: EditValue): EditValue {
  return steps.reduceRight<EditValue>((inner, step) => {
    if (typeof step === 'string') return { [step]: inner };
    return [{ name: step.named, ...(inner as Record<string, EditValue>) }];
  }, value);
}

function layoutOf({ document }: KubeDocument, text: string): Layout {
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  const root = document.contents;
  const firstKey = isMap(root) ? root.items[0]?.key : undefined;
  const unit =
    isMap(root) && root.flow === true && isScalar(firstKey) ? columnOf(text, firstKey.range?.[0] ?? 2) : 2;
  const indentSeq =
    isMap(root) &&
    root.items.some(
      (pair) => isSeq(pair.value) && !pair.value.flow && columnOf(text, pair.value.range?.[0] ?? 0) > 0,
    );
  const render = (value: EditValue): string =>
    // compat: a word such as "yes" or "0123" must stay a string for kubectl's YAML 1.1 parser too.
    stringify(value, {
      lineWidth: 0,
      blockQuote: false,
      indentSeq,
      compat: 'yaml-1.1',
      doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    });
  return { text, eol, unit: Math.max(unit, 1), render };
}

function plainOf(opened: KubeDocument): unknown {
  try {
    return opened.document.toJS();
  } catch {
    throw new Failure('usage', `${cleanText(opened.path)} holds YAML aliases that cannot be resolved`, {
      hint: 'Write them out, then run setup again.',
    });
  }
}

/** What the edit means for plain values: the judge of the text that came out. */
function valueWith(whole: unknown, path: readonly EditStep[], value: EditValue): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'string') {
    const map = whole as Record<string, unknown> | null | undefined;
    return { ...map, [step]: valueWith(map?.[step], rest, value) };
  }
  const list = (whole ?? []) as readonly { readonly name?: unknown }[];
  const isNew = !list.some((item) => item?.name === step.named);
  const entry = (item: unknown): unknown => ({
    name: step.named,
    ...(valueWith(item, rest, value) as object),
  });
  return isNew
    ? [...list, entry(undefined)]
    : list.map((item) => (item?.name === step.named ? entry(item) : item));
}

function notEditable(edit: KubeEdit): Failure {
  const where = edit.path
    .map((step) => (typeof step === 'string' ? step : cleanText(step.named)))
    .join(' / ');
  return new Failure(
    'usage',
    `${cleanText(edit.file)}: ${where} is written in a way that cannot be changed safely`,
    {
      hint: 'Nothing was changed. Write that part in plain YAML (no aliases, tags or merge keys), then run setup again.',
    },
  );
}
