import { sql, type Sql } from '../../../ground/database/sql';
import type { ValueType } from '../values/value';

/** What a row's certificate says; `number` is the first of report, participant and request. */
export type CertificatePart = 'number' | 'source' | 'issueDate' | 'endDate' | 'conflicting';

export const CERTIFICATE_PARTS: Readonly<Record<CertificatePart, ValueType>> = {
  number: 'String',
  source: 'CertificateSource',
  issueDate: 'Date',
  endDate: 'Date',
  conflicting: 'Boolean',
};

/**
 * The joins that the certificate of a mart's row `m` needs. The register is the participant where
 * there is one, else the service request, whatever its status.
 */
export const certificateJoins: Sql = sql`
  left join silver.techpark_participants as p on p.service_request_id = m.service_request_id
  left join silver.service_requests as r on r.service_request_id = m.service_request_id`;

const number = sql`coalesce(m.certificate_number, p.certificate_number, r.certificate_number)`;

const registered = sql`case when p.service_request_id is not null then p.certificate_number else r.certificate_number end`;

/** The one expression of each part of the resolved certificate: null where the row has no number. */
export const certificateExpressions: Readonly<Record<CertificatePart, Sql>> = {
  number,
  source: sql`case
    when m.certificate_number is not null then 'REPORT'
    when p.certificate_number is not null then 'PARTICIPANT'
    when r.certificate_number is not null then 'SERVICE_REQUEST' end`,
  issueDate: fromRegister(sql`p.certificate_issue_date`, sql`r.certificate_issue_date`),
  endDate: fromRegister(sql`p.certificate_end_date`, sql`r.certificate_end_date`),
  conflicting: sql`case when ${number} is not null
    then coalesce(m.certificate_number <> (${registered}), false) end`,
};

function fromRegister(ofParticipant: Sql, ofRequest: Sql): Sql {
  return sql`case
    when ${number} is null then null
    when p.service_request_id is not null then ${ofParticipant}
    else ${ofRequest} end`;
}
