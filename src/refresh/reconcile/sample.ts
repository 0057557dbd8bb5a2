import type { SourceTable } from '../../database/sourceTables';

/** Which keys are looked at: those of one night out of so many, or all where there is one night. */
export interface Sample {
  /** The SELECT of the keys of each source table, as `key_id`. */
  readonly keys: Readonly<Record<SourceTable, string>>;
  /** A condition on events: theirs are keys of the sample. */
  condition(table: SourceTable): string;
  /** A condition on rows of Silver: their column holds a key of the sample. */
  among(column: string, table: SourceTable): string;
  /** A condition on rows of Gold: their request is one whose reports are all in the sample. */
  readonly wholeRequests: string;
}

const NO_KEYS = 'select 0 where false';

const ALL: Sample = {
  keys: { account_company: NO_KEYS, service_servicerequest: NO_KEYS, service_report: NO_KEYS },
  condition: () => 'true',
  among: () => 'true',
  wholeRequests: 'true',
};

/**
 * A key's night is told by its hash, so that the parts are of one size and each key has its turn. Keys
 * are taken from Bronze and from Silver: a row that no event explains is a difference, too. A report's
 * request comes along, and a request's company, of which it is read; a request of the night brings all
 * its reports, since one may supersede another, and is compared down to Gold.
 */
export function sampleOf({
  night,
  nights,
}: {
  readonly night: number;
  readonly nights: number;
}): Sample {
  if (nights === 1) return ALL;
  const tonight = (key: string) =>
    `mod(hashint4(${key})::bigint + 2147483648, ${nights}) = ${night % nights}`;
  const ofNight = (table: SourceTable, silver: string, key: string) =>
    `select key_id from bronze.${table}_cdc event where key_id is not null and ${tonight('key_id')}
     union select ${key} from silver.${silver} where ${tonight(key)}`;
  const reportsOfNight = ofNight('service_report', 'service_report_v2', 'report_id');
  return {
    keys: {
      service_servicerequest: `
        ${ofNight('service_servicerequest', 'service_requests', 'service_request_id')}
        union select service_request_id from silver.service_report_v2
          where report_id in (${reportsOfNight})
        union select silver.read_integer(event.payload::json #> event.row_path ->> 'service_request_id')
          from bronze.service_report_cdc event
          where ${tonight('key_id')} and op in ('c', 'u', 'r') and payload is not null`,
      account_company: `
        ${ofNight('account_company', 'companies', 'company_id')}
        union select company_id from silver.service_requests
          where company_id is not null
            and service_request_id in (select key_id from sampled_service_servicerequest)
        union select company_id from read_service_requests where company_id is not null`,
      service_report: `
        ${reportsOfNight}
        union select report_id from silver.service_report_v2
          where ${tonight('service_request_id')}`,
    },
    wholeRequests: tonight('service_request_id'),
    condition: (table) => `key_id = any (array(select key_id from sampled_${table}))`,
    among: (column, table) => `${column} = any (array(select key_id from sampled_${table}))`,
  };
}
