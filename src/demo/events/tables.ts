/** The captured tables, in the order in which a snapshot reads them, with their columns. */
export const TABLES = {
  account_company: {
    created_at: 'time',
    updated_at: 'time',
    name: 'text',
    short_name: 'text',
    tin: 'nullable',
  },
  service_report: {
    created_at: 'time',
    updated_at: 'time',
    year: 'number',
    report_type: 'text',
    data: 'text',
    signature: 'nullable',
    status: 'text',
    author_id: 'number',
    service_request_id: 'number',
    viewed: 'array',
    signed_at: 'nullable',
    version: 'text',
  },
  service_servicerequest: {
    created_at: 'time',
    updated_at: 'time',
    status: 'text',
    search_field: 'text',
    author_id: 'number',
    service_id: 'text',
    bp_status: 'text',
    data: 'text',
    viewed: 'array',
    company_id: 'nullable',
    number: 'number',
  },
} as const;

export type Table = keyof typeof TABLES;

const EMPTY = {
  text: '""',
  time: '"1970-01-01T00:00:00.000000Z"',
  number: '0',
  array: '[]',
  nullable: 'null',
} as const;

/** What a delete shows of a row under REPLICA IDENTITY DEFAULT: the key, and empty values. */
export function emptyRow(table: Table, id: number): string {
  const rest = Object.entries(TABLES[table]).map(([name, kind]) => `,"${name}":${EMPTY[kind]}`);
  return `{"id":${id}${rest.join('')}}`;
}

const CONNECT_TYPE = {
  text: 'string',
  time: 'string',
  number: 'int32',
  array: 'array',
  nullable: 'string',
} as const;

/** The Connect schema that a converter with schemas enabled puts before every value. */
export function connectSchema(table: Table, name: string): string {
  const fields = Object.entries(TABLES[table]).map(([field, kind]) => ({
    type: CONNECT_TYPE[kind],
    optional: kind === 'nullable',
    field,
  }));
  const row = {
    type: 'struct',
    fields: [{ type: 'int32', optional: false, field: 'id' }, ...fields],
  };
  return JSON.stringify({ ...row, optional: false, name });
}

/** Where PostgreSQL did not log a large value that did not change. */
export const UNAVAILABLE = '__debezium_unavailable_value';
