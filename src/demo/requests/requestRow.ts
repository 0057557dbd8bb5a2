import type { Chapter } from '../basis/chapters';
import { isBefore } from '../basis/chapters';
import { companyAt } from '../companies/companies';
import { PEOPLE, inventedEmail, inventedIin } from '../companies/people';
import { ABOUT, Random } from '../basis/random';
import type { ServiceRequest } from './serviceRequests';
import { UNAVAILABLE } from '../events/tables';
import { DAY, dottedDay, isoDay, isoTime, quarterStart } from '../basis/time';

/** What of a request may differ between two of its events. */
export interface RequestState {
  readonly chapter: Chapter;
  readonly bpStatus: string;
  readonly updatedAt: number;
  readonly viewed?: boolean;
  /** Columns that were not logged, being large and unchanged. */
  readonly dataHidden?: boolean;
  readonly searchHidden?: boolean;
}

const REASONS = [
  'Заявление участника',
  'Нарушение условий договора',
  'Истечение срока свидетельства',
  'Ликвидация юридического лица',
] as const;
const COMMENTS = [
  'Документы приложены, просим рассмотреть в установленный срок.',
  'Повторная подача после исправления замечаний.',
  'Құжаттар тіркелді.',
  'Прошу связаться по указанному адресу электронной почты.',
  '',
] as const;
const UNREADABLE_DATE = '"31.02.2024"';

function writeDate(random: Random, time: number): string {
  const style = random.next();
  if (style < 0.6) return `"${isoDay(time)}"`;
  if (style < 0.97) return `"${dottedDay(time)}"`;
  return style < 0.995 ? random.pick(['""', 'null', '"-"']) : UNREADABLE_DATE;
}

/** full name***IIN***e-mail***BIN***company name: what the clerks search in. */
function writeSearchField(request: ServiceRequest, random: Random): string {
  const { id, participation, company } = request;
  const person = `${random.pick(PEOPLE)}***${inventedIin(id)}***${inventedEmail(random, id)}`;
  const index = participation?.company ?? company;
  if (index === null) return random.chance(0.5) ? person : `${person}******`;
  const { bin, name } = companyAt(index);
  return `${person}***${participation?.binOnRecord === false ? '' : bin}***${name}`;
}

function writeTechpark(request: ServiceRequest, bpStatus: string, random: Random): string {
  const { participation } = request;
  if (participation === undefined) return '';
  const { certificateNumber: number, company, from, until } = participation;
  const { name } = companyAt(company);
  const issued = quarterStart(from) + random.below(80) * DAY;
  let data = `,"protocol":{"number":${request.id},"info":{"name":${JSON.stringify(name)}}}`;
  if (number !== null) {
    const written = random.chance(0.05) && /^\d+$/.test(number) ? number : `"${number}"`;
    const end = Date.UTC(2028 + random.below(2), 11, 31);
    data +=
      `,"activation_info":{"certificate_number":${written},` +
      `"issue_date":${writeDate(random, issued)},"end_date":${writeDate(random, end)}}`;
  }
  if (bpStatus === 'deactivated') {
    const left = quarterStart(until + 1) - (1 + random.below(40)) * DAY;
    data +=
      `,"deactivation_info":{"reason":${JSON.stringify(random.pick(REASONS))},` +
      `"exit_date":${writeDate(random, left)}}`;
  }
  return data;
}

function writeData(request: ServiceRequest, bpStatus: string, random: Random): string {
  const files = Array.from(
    { length: 1 + random.below(3) },
    (_, place) => `{"name":"document-${place + 1}.pdf","size":${random.between(20_000, 900_000)}}`,
  );
  return (
    `{"comment":${JSON.stringify(random.pick(COMMENTS))},"files":[${files.join(',')}],` +
    `"purpose":"${request.serviceId}","language":"ru"${writeTechpark(request, bpStatus, random)}}`
  );
}

export function writeRequestRow(request: ServiceRequest, state: RequestState): string {
  const { id, serviceId, company, createdAt } = request;
  const { chapter, bpStatus, updatedAt } = state;
  const random = new Random(ABOUT.requestText, id);
  const search = writeSearchField(request, random);
  const data = state.dataHidden ? UNAVAILABLE : writeData(request, bpStatus, random);
  const status = bpStatus === 'draft' ? 'draft' : bpStatus === 'rejected' ? 'rejected' : 'success';
  // A column that nobody announced.
  const extra = isBefore(chapter, 'autumn') ? '' : `,"channel":"${id % 3 === 0 ? 'app' : 'web'}"`;
  return (
    `{"id":${id},"created_at":"${isoTime(createdAt)}","updated_at":"${isoTime(updatedAt)}",` +
    `"status":"${status}","search_field":${JSON.stringify(state.searchHidden ? UNAVAILABLE : search)},` +
    `"author_id":${100 + (id % 900)},"service_id":"${serviceId}","bp_status":"${bpStatus}",` +
    `"data":${JSON.stringify(data)},"viewed":${state.viewed ? '[3,7]' : '[]'},` +
    `"company_id":${company === null ? 'null' : company + 1},"number":${id}${extra}}`
  );
}
