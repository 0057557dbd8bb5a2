import { CHANGED_AT } from '../../../ground/database/changedAt';
import { hasCertificate, isMart } from '../../model/lookup';
import type { Label } from '../../model/label';
import type { Column, Measure, Model, Table } from '../../model/mart';
import { snakeCase } from '../../model/names';
import { CERTIFICATE_PARTS, type CertificatePart } from '../columns/certificate';

/** What stands beside a BIN, which the schema has no caption for. */
const MASKED: Label = {
  kk: 'БСН орнына бүркеншік нөмір тұр',
  ru: 'вместо БИН показан псевдоним',
  en: 'A pseudonym stands in place of the BIN',
};
const LAST_CHANGE: Label = {
  kk: 'Жол соңғы рет өзгерген сәт',
  ru: 'когда строка изменилась в последний раз',
  en: 'When the row last changed',
};
const OF_REGISTER: Label = { kk: 'тізілім бойынша', ru: 'по реестру', en: 'by the register' };

/** The caption in three languages, then what else there is to know, each on a line of its own. */
export function commentOf({ kk, ru, en }: Label, ...more: readonly (string | undefined)[]): string {
  const lines = [`kk: ${kk}`, `ru: ${ru}`, `en: ${en}`, ...more];
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}

/** The comments of a view's columns, by their names. */
export function columnComments(table: Table, model: Model, company: Table): Map<string, string> {
  const comments = new Map<string, string>();
  const measures: readonly Measure[] = isMart(table) ? table.measures : [];
  for (const dimension of table.dimensions) {
    const name = snakeCase(dimension.field);
    comments.set(name, captionOf(dimension));
    if (dimension.masked) comments.set(`${name}_masked`, commentOf(MASKED));
  }
  for (const measure of measures) {
    const { kind, unit } = measure;
    const told = captionOf(measure, `kind: ${kind}`, `unit: ${unit}`);
    comments.set(snakeCase(measure.field), told);
  }
  if (!isMart(table)) return comments;
  comments.set(CHANGED_AT, commentOf(LAST_CHANGE));
  const certificate = hasCertificate(table) ? model.certificate : [];
  for (const { field, label, description } of certificate) {
    if (isPart(field)) comments.set(certificateColumn(field), commentOf(label, description));
  }
  const ofRegister = table.company?.by === 'id' ? company.dimensions : [];
  for (const dimension of ofRegister) {
    // The row has its company's key itself.
    if (dimension.field === company.key[0]) continue;
    const name = `register_${snakeCase(dimension.field)}`;
    const label = byRegister(dimension.label);
    comments.set(name, commentOf(label, dimension.description));
    if (dimension.masked) comments.set(`${name}_masked`, commentOf(byRegister(MASKED)));
  }
  return comments;
}

/** The column certificate_number is what the report itself says. */
export function certificateColumn(part: CertificatePart): string {
  return part === 'number' ? 'certificate' : `certificate_${snakeCase(part)}`;
}

function captionOf({ label, description }: Column, ...more: readonly string[]): string {
  return commentOf(label, ...more, description);
}

function byRegister({ kk, ru, en }: Label): Label {
  return {
    kk: `${kk} (${OF_REGISTER.kk})`,
    ru: `${ru} (${OF_REGISTER.ru})`,
    en: `${en} (${OF_REGISTER.en})`,
  };
}

function isPart(field: string): field is CertificatePart {
  return Object.hasOwn(CERTIFICATE_PARTS, field);
}
