import type {
  CatalogueCountryResolvers,
  CatalogueFieldResolvers,
  CatalogueResolvers,
  CatalogueTableResolvers,
  CatalogueValueResolvers,
  Language,
  QueryResolvers,
} from '../../generated/resolvers';
import { COUNTRIES } from '../../../ground/countries/countries';
import type { DescribedTable } from '../../model/describedTable';
import type { Label } from '../../model/label';
import type { ServedModel } from '../../model/read/loadModel';
import { isMart, servesRows } from '../../model/lookup';
import type { Model } from '../../model/mart';
import { isOutOfScope } from '../../query/columns/outOfScope';
import { lastChanges, type TableChange } from '../../query/records/lastChanges';
import { confinesRows } from '../../access/rowScope';
import type { Viewer } from '../../access/viewer';
import { inLanguage, labelsOf } from './catalogueLabels';
import type { RequestContext } from '../request/context';
import { requireRight } from '../request/rights';

/** A table of the catalogue; when tables changed is read at most once for all of them. */
export interface CataloguedTable extends DescribedTable {
  lastChange(): Promise<TableChange | null>;
}

/** All of the catalogue for one request. */
export interface ToldCatalogue {
  readonly model: ServedModel;
  /** The marts that the caller is to see. */
  readonly marts: readonly DescribedTable[];
  told(tables: readonly DescribedTable[]): readonly CataloguedTable[];
}

export function catalogue(model: ServedModel): NonNullable<QueryResolvers['catalogue']> {
  return (_source, _arguments, context) => {
    const viewer = requireRight(context, 'marts:read');
    const lastChange = changesOf(model, context, viewer);
    return {
      model,
      marts: model.described.marts.filter(({ table }) => !isOutOfScope(viewer.scope, table)),
      told: (tables) =>
        tables.map((described) => ({
          ...described,
          lastChange: () => lastChange(described.table.table),
        })),
    };
  };
}

export const catalogueFields: CatalogueResolvers = {
  marts: ({ marts, told }) => told(marts),
  entities: ({ model, told }) => told(model.described.entities),
  reportTypes: ({ model }) => model.enums.get('ReportType') ?? [],
  measureKinds: ({ model }) => model.enums.get('MeasureKind') ?? [],
  enums: ({ model }) =>
    [...model.enums]
      .map(([name, values]) => ({ name, values }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  countries: () => COUNTRIES,
  labels: ({ model, marts }, { lang }) => [
    ...labelsOf([...marts, ...model.described.entities], model, lang),
  ],
};

export const catalogueTableFields: CatalogueTableResolvers = {
  name: ({ table }) => table.rootField,
  type: ({ table }) => table.name,
  groups: ({ groups }) => groups ?? null,
  label: ({ table }, { lang }) => labelOf(table, lang),
  description: ({ table }) => table.description,
  table: ({ table }) => table.table,
  grain: ({ table }) => (isMart(table) ? table.grain.name : null),
  rows: ({ table }) => servesRows(table),
  minGroup: ({ table }) => (isMart(table) && !table.rows ? table.minGroup : null),
  lastRefresh: ({ lastChange }) => lastChange(),
};

export const catalogueFieldFields: CatalogueFieldResolvers = {
  label: (field, { lang }) => labelOf(field, lang),
  role: ({ measure }) => (measure ? 'MEASURE' : 'DIMENSION'),
  kind: ({ measure }) => measure?.kind ?? null,
  unit: ({ measure }) => measure?.unit ?? null,
  sources: ({ measure }) => measure?.sources ?? [],
  kindExplanation: ({ measure }, { lang }) => ifThere(measure?.kindExplanation, lang),
  unitLabel: ({ measure }, { lang }) => ifThere(measure?.unitLabel, lang),
  sourcesCombined: ({ measure }) => measure?.combined ?? null,
  orderBy: ({ orderBy }) => orderBy ?? null,
  groupable: ({ group }) => group !== undefined,
  groupBy: ({ group }) => group?.by ?? null,
  groupKey: ({ group }) => group?.key ?? null,
  values: ({ values }) => values ?? null,
};

export const catalogueValueFields: CatalogueValueResolvers = {
  label: (value, { lang }) => labelOf(value, lang),
  explanation: ({ explanation }, { lang }) => ifThere(explanation, lang),
};

export const catalogueCountryFields: CatalogueCountryResolvers = {
  label: (country, { lang }) => labelOf(country, lang),
};

function labelOf({ label }: { readonly label: Label }, lang: Language): string {
  return inLanguage(label, lang);
}

function ifThere(label: Label | undefined, lang: Language): string | null {
  return label ? inLanguage(label, lang) : null;
}

/**
 * Where no change is on record the newest publication is as far as is known; and to who is confined
 * to some rows of a table, a change of others is nothing to tell of.
 */
function changesOf(
  { marts, entities }: Model,
  context: RequestContext,
  { scope }: Viewer,
): (table: string) => Promise<TableChange | null> {
  let reading: ReturnType<typeof read> | undefined;
  const read = async () => {
    const { database, dataVersion } = await context.snapshot();
    const tables = new Set([...marts, ...entities].map(({ table }) => table));
    const newest = dataVersion && {
      dataVersionId: dataVersion.id,
      publishedAt: dataVersion.publishedAt,
    };
    const told = confinesRows(scope) ? [] : [...tables];
    return { newest, changes: await lastChanges(database, told) };
  };
  return async (table) => {
    const { newest, changes } = await (reading ??= read());
    return changes.get(table) ?? newest;
  };
}
