import type { CatalogueLabel, Language } from '../../generated/resolvers';
import { COUNTRIES } from '../../../ground/countries/countries';
import type { DescribedTable } from '../../model/describedTable';
import type { Label } from '../../model/label';
import type { Model } from '../../model/mart';

const LANGUAGES = { KK: 'kk', RU: 'ru', EN: 'en' } as const satisfies Record<Language, keyof Label>;

export function inLanguage(label: Label, lang: Language): string {
  return label[LANGUAGES[lang]];
}

/** Every caption of these tables, of enums and countries, each under a name of its own. */
export function* labelsOf(
  tables: readonly DescribedTable[],
  { enums }: Model,
  lang: Language,
): Generator<CatalogueLabel> {
  const caption = (name: string, { label }: { readonly label: Label }): CatalogueLabel => ({
    name,
    label: inLanguage(label, lang),
  });
  for (const { table, fields } of tables) {
    yield caption(table.rootField, table);
    for (const field of fields) yield caption(`${table.rootField}.${field.name}`, field);
  }
  for (const [name, values] of enums) {
    for (const value of values) yield caption(`${name}.${value.value}`, value);
  }
  for (const country of COUNTRIES) yield caption(`Country.${country.code}`, country);
}
