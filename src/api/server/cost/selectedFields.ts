import { AGGREGATES, COUNTS } from '../../model/aggregates';
import type { CollectedField, CollectedFields } from './collectedFields';
import type { AskedOfGroups } from './groupsCost';
import type { BesideRows } from './rowsCost';

/** What is asked for below a field, as far as it decides what is done for the field itself. */
export class SelectedFields {
  constructor(private readonly fields: CollectedFields) {}

  besideRows(field: CollectedField): BesideRows {
    const names = this.namesBelow(field);
    return { totalCount: names.has('totalCount'), pageInfo: names.has('pageInfo') };
  }

  ofGroups(field: CollectedField): AskedOfGroups {
    const measures = new Map<string, Set<string>>();
    const counts = new Set<string>();
    const below = this.fields.below(field);
    for (const group of below.flatMap((each) => this.groupsIn(each))) {
      for (const each of this.fields.below(group)) {
        const { name } = each;
        if (COUNTS.some((count) => count === name)) counts.add(name);
        if (!AGGREGATES.some((aggregate) => aggregate === name)) continue;
        const known = measures.get(name) ?? [];
        measures.set(name, new Set([...known, ...this.namesBelow(each)]));
      }
    }
    const names = new Set(below.map(({ name }) => name));
    const times = 1 + ['totalCount', 'suppressedGroups'].filter((name) => names.has(name)).length;
    const aggregates = new Map([...measures].map(([name, { size }]) => [name, size]));
    return { aggregates, counts, times };
  }

  namesBelow(field: CollectedField): ReadonlySet<string> {
    return new Set(this.fields.below(field).map(({ name }) => name));
  }

  private groupsIn(field: CollectedField): readonly CollectedField[] {
    if (field.name === 'nodes') return [field];
    if (field.name !== 'edges') return [];
    return this.fields.below(field).filter(({ name }) => name === 'node');
  }
}
