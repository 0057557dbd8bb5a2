import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { AGGREGATES, COUNTS } from '../../query/aggregate';
import type { AskedOfGroups } from './groupsCost';
import type { BesideRows } from './rowsCost';

/** What is asked for below a field, fragments opened. */
export class SelectedFields {
  constructor(
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly isLeftOut: (selection: SelectionNode) => boolean,
  ) {}

  besideRows(node: FieldNode): BesideRows {
    const names = this.namesBelow(node);
    return { totalCount: names.has('totalCount'), pageInfo: names.has('pageInfo') };
  }

  ofGroups(node: FieldNode): AskedOfGroups {
    const aggregates = new Map<string, number>();
    const counts = new Set<string>();
    const below = [...this.below(node.selectionSet)];
    const groups = below.flatMap((field) => {
      if (field.name.value === 'nodes') return [field];
      if (field.name.value !== 'edges') return [];
      return [...this.below(field.selectionSet)].filter(({ name }) => name.value === 'node');
    });
    for (const group of groups) {
      for (const field of this.below(group.selectionSet)) {
        const name = field.name.value;
        if (COUNTS.some((count) => count === name)) counts.add(name);
        if (!AGGREGATES.some((aggregate) => aggregate === name)) continue;
        const measures = [...this.below(field.selectionSet)].length;
        aggregates.set(name, (aggregates.get(name) ?? 0) + measures);
      }
    }
    const names = new Set(below.map(({ name }) => name.value));
    const times = 1 + ['totalCount', 'suppressedGroups'].filter((name) => names.has(name)).length;
    return { aggregates, counts, times };
  }

  namesBelow({ selectionSet }: FieldNode): ReadonlySet<string> {
    return new Set([...this.below(selectionSet)].map(({ name }) => name.value));
  }

  /** Each fragment is opened once: what it asks for a second time is the same. */
  private *below(
    selectionSet: SelectionSetNode | undefined,
    opened = new Set<string>(),
  ): Generator<FieldNode> {
    for (const selection of selectionSet?.selections ?? []) {
      if (this.isLeftOut(selection)) continue;
      if (selection.kind === Kind.FIELD) yield selection;
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        yield* this.below(selection.selectionSet, opened);
      } else if (!opened.has(selection.name.value)) {
        opened.add(selection.name.value);
        yield* this.below(this.fragments.get(selection.name.value)?.selectionSet, opened);
      }
    }
  }
}
