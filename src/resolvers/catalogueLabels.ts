import type { CatalogueLabel, CatalogueResolvers, Language } from '../generated/resolvers';
import { COUNTRIES } from '../model/countries';
import type { Label } from '../model/label';
import type { ToldCatalogue } from './catalogue';

const LANGUAGES = { KK: 'kk', RU: 'ru', EN: 'en' } as const satisfies Record<Language, keyof Label>;

export function inLanguage(label: Label, lang: Language): string {
  return label[LANGUAGES[lang]];
}

/** Every caption that the rest of the catalogue has, each under a name of its own. */
export const catalogueLabels: NonNullable<CatalogueResolvers['labels']> = (told, { lang }) => [
  ...labelsOf(told, lang),
];

function* labelsOf({ model, marts }: ToldCatalogue, lang: Language): Generator<CatalogueLabel> {
  const caption = (name: string, { label }: { readonly label: Label }): CatalogueLabel => ({
    name,
    label: inLanguage(label, lang),
  });
  for (const { table, fields } of [...marts, ...model.described.entities]) {
    yield caption(table.rootField, table);
    for (const field of fields) yield caption(`${table.rootField}.${field.name}`, field);
  }
  for (const [name, values] of model.enums) {
    for (const value of values) yield caption(`${name}.${value.value}`, value);
  }
  for (const country of COUNTRIES) yield caption(`Country.${country.code}`, country);
}
