// Label selectors of the API (meta/v1 LabelSelector), as values and against labels.

import { isFields } from '../json-fields.ts';
import { objectsIn, stringsIn, textIn } from './raw.ts';

export type Labels = Readonly<Record<string, string>>;

type LabelRequirement = {
  readonly key: string;
  /** In, NotIn, Exists, DoesNotExist; any other selects nothing. */
  readonly operator: string;
  readonly values: readonly string[];
};

export type LabelSelector = readonly LabelRequirement[];

/** `clusterRoleSelectors` of an aggregationRule, undefined where there is none. */
export function labelSelectorsIn(aggregationRule: unknown): readonly LabelSelector[] | undefined {
  if (!isFields(aggregationRule)) return undefined;
  return objectsIn(aggregationRule.clusterRoleSelectors).map(labelSelectorIn);
}

/** A LabelSelector from JSON; one without requirements selects everything (LabelSelectorAsSelector). */
export function labelSelectorIn(value: unknown): LabelSelector {
  if (!isFields(value)) return [];
  const { matchLabels, matchExpressions } = value;
  const equal = Object.entries(isFields(matchLabels) ? matchLabels : {});
  return [
    ...equal.map(([key, wanted]) => ({ key, operator: 'In', values: [textIn(wanted)] })),
    ...objectsIn(matchExpressions).map((each) => ({
      key: textIn(each.key),
      operator: textIn(each.operator),
      values: stringsIn(each.values),
    })),
  ];
}

/** Whether labels meet every requirement; a missing label meets NotIn and DoesNotExist. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}
