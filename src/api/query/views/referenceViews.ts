import { COUNTRIES } from '../../../ground/countries/countries';
import type { Label } from '../../model/label';
import type { Model } from '../../model/mart';
import { commentOf } from './viewComments';

/** A view that says what stands in the others, as a statement and its comments. */
export interface ReferenceView {
  readonly name: string;
  readonly select: string;
  readonly comment: string;
  readonly columns: ReadonlyMap<string, string>;
}

/** Countries, kinds of reports, and the data version that the views show. */
export function referenceViews(model: Model): readonly ReferenceView[] {
  const reportTypes = (model.enums.get('ReportType') ?? []).map(({ value, label }) => ({
    code: value,
    label,
  }));
  return [
    {
      name: 'countries',
      select: captions('country_code', COUNTRIES),
      comment: commentOf({ kk: 'Елдер', ru: 'Страны', en: 'Countries' }),
      columns: captionColumns('country_code', {
        kk: 'Ел коды (ISO 3166-1 alpha-2)',
        ru: 'Код страны (ISO 3166-1 alpha-2)',
        en: 'Country code (ISO 3166-1 alpha-2)',
      }),
    },
    {
      name: 'report_types',
      select: captions('report_type', reportTypes),
      comment: commentOf({
        kk: 'Есепті кезеңдер',
        ru: 'Отчётные периоды',
        en: 'Reporting periods',
      }),
      columns: captionColumns('report_type', {
        kk: 'Есепті кезең',
        ru: 'Отчётный период',
        en: 'Reporting period',
      }),
    },
    {
      name: 'data_version',
      select: `select data_version_id as id, published_at, source_time, demonstration
        from refresh.data_versions order by data_version_id desc limit 1`,
      comment: commentOf({
        kk: 'Көрсетілетін деректер нұсқасы',
        ru: 'Версия показанных данных',
        en: 'The data version that the views show',
      }),
      columns: new Map([
        ['id', commentOf({ kk: 'Нұсқа нөмірі', ru: 'Номер версии', en: 'Id of the version' })],
        [
          'published_at',
          commentOf({
            kk: 'Жарияланған уақыты',
            ru: 'Время публикации',
            en: 'When it was published',
          }),
        ],
        [
          'source_time',
          commentOf({
            kk: 'Дереккөздегі соңғы өзгерістің уақыты',
            ru: 'Время последнего изменения в источнике',
            en: 'When the newest change in it was made at the source',
          }),
        ],
        [
          'demonstration',
          commentOf({
            kk: 'Көрсетілім деректері',
            ru: 'Демонстрационные данные',
            en: 'The data are invented for a demonstration',
          }),
        ],
      ]),
    },
  ];
}

interface Captioned {
  readonly code: string;
  readonly label: Label;
}

/** The values stand in the text of the view: nobody gives them but the product. */
function captions(code: string, values: readonly Captioned[]): string {
  const rows = values.map(({ code: value, label: { kk, ru, en } }, index) => {
    const texts = [value, kk, ru, en].map(quoted).join(', ');
    return `(${texts}, ${String(index + 1)})`;
  });
  return `select ${code}, name_kk, name_ru, name_en, position
    from (values ${rows.join(', ')}) as captions (${code}, name_kk, name_ru, name_en, position)`;
}

function captionColumns(code: string, label: Label): ReadonlyMap<string, string> {
  return new Map([
    [code, commentOf(label)],
    [
      'name_kk',
      commentOf({ kk: 'Атауы қазақша', ru: 'Название на казахском', en: 'Name in Kazakh' }),
    ],
    [
      'name_ru',
      commentOf({ kk: 'Атауы орысша', ru: 'Название на русском', en: 'Name in Russian' }),
    ],
    [
      'name_en',
      commentOf({ kk: 'Атауы ағылшынша', ru: 'Название на английском', en: 'Name in English' }),
    ],
    ['position', commentOf({ kk: 'Реті', ru: 'Порядок', en: 'Place in their order' })],
  ]);
}

/** A text as a constant of SQL, whatever the setting of standard_conforming_strings. */
export function quoted(text: string): string {
  const plain = text.replaceAll("'", "''");
  return plain.includes('\\') ? `E'${plain.replaceAll('\\', '\\\\')}'` : `'${plain}'`;
}
