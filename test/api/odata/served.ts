import { createKey } from '../../../src/api/access/keys/keys';
import { createTestDatabase, type TestDatabase } from '../../support/databases/database';
import { givenPublication, givenPseudonym, givenRows } from '../../support/databases/gold';
import { serveTest, type ServedDatabase, type Serving } from '../server/support';

export const BIN = '180140000012';
export const PSEUDONYM = '777777900001';

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; undefined of what is none. */
  readonly body: {
    readonly value?: readonly Record<string, unknown>[];
    readonly error?: { readonly code: string; readonly message: string; readonly target?: string };
    readonly '@odata.nextLink'?: string;
    readonly '@odata.count'?: number;
    readonly '@odata.context'?: string;
    readonly [member: string]: unknown;
  };
}

/** The product's OData over a database of its own. */
export class OdataService {
  private constructor(
    readonly served: ServedDatabase,
    readonly database: TestDatabase,
  ) {}

  static async start(serving: Serving = {}): Promise<OdataService> {
    const database = serving.database ?? (await createTestDatabase({ poolSize: 8 }));
    const served = await serveTest({ product: true, ...serving, database });
    return new OdataService(served, database);
  }

  get root(): string {
    return `${this.served.url}/odata/`;
  }

  /** GETs a path below the root, as it is written; an address that begins with http is taken whole. */
  async get(path: string, headers: Record<string, string> = {}): Promise<Got> {
    const url = path.startsWith('http') ? path : `${this.root}${path}`;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${this.served.key}`, ...headers },
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const body = (isJson ? JSON.parse(text) : {}) as Got['body'];
    return { status: response.status, headers: response.headers, text, body };
  }

  /** The rows of an answer, in the order in which they stand. Throws where there are none. */
  async rows(path: string, headers?: Record<string, string>): Promise<Record<string, unknown>[]> {
    const { body, text } = await this.get(path, headers);
    if (!body.value) throw new Error(text);
    return [...body.value];
  }

  /** The rows of all pages. */
  async allRows(path: string, headers?: Record<string, string>) {
    const rows: Record<string, unknown>[] = [];
    let pages = 0;
    for (let next: string | undefined = path; next !== undefined; pages += 1) {
      const { body, text }: Got = await this.get(next, headers);
      if (!body.value) throw new Error(text);
      rows.push(...body.value);
      next = body['@odata.nextLink'];
    }
    return { rows, pages };
  }

  /** What a caller is told by a refusal. */
  async refusal(path: string, headers?: Record<string, string>) {
    const { status, body } = await this.get(path, headers);
    return { status, message: body.error?.message };
  }

  async keyWith(wish: Partial<Parameters<typeof createKey>[1]>): Promise<string> {
    const { key } = await createKey(this.database.knex, {
      name: 'reader',
      rights: 'marts:read',
      ...wish,
    });
    return key;
  }

  stop(): Promise<void> {
    return this.served.stop();
  }
}

/** Some reports of two companies over some years, of which those before 2021 show their BINs. */
export async function givenReports(database: TestDatabase): Promise<void> {
  const { knex } = database;
  await givenPublication(knex);
  await knex('silver.companies').insert([
    { company_id: 17, name: 'ТОО «Байт»', tin: BIN },
    { company_id: 18, name: 'ТОО «Дала»', tin: '180140000020' },
  ]);
  await givenPseudonym(knex, BIN, PSEUDONYM);
  await givenPseudonym(knex, '180140000020', '777777900002');
  const byte = { company_id: 17, bin: BIN, bin_pseudonym: PSEUDONYM, company_name: 'ТОО «Байт»' };
  const dala = { company_id: 18, bin: '180140000020', bin_pseudonym: '777777900002' };
  await givenRows(knex, 'gold.financing', [
    {
      ...byte,
      report_id: 1,
      service_request_id: 5,
      loan_funds: '123456789012345678.91',
      signed_at: '2024-04-05T09:30:00.5Z',
    },
    { ...byte, report_id: 2, service_request_id: 5, year: 2020, certificate_number: '1042' },
    {
      ...dala,
      report_id: 3,
      service_request_id: 6,
      report_type: 'yearly',
      company_name: "O'Дала+Ко",
      loan_funds: '-1250.50',
      signed_at: '2025-01-31T19:00:00Z',
    },
    {
      report_id: 4,
      service_request_id: 7,
      company_name: null,
      loan_funds: '0.00',
      superseded: true,
    },
  ]);
  await givenRows(knex, 'gold.general_indicators', [
    { ...byte, report_id: 1, service_request_id: 5, activity_fields: ['IT', 'Агро'] },
    { ...byte, report_id: 2, service_request_id: 5, year: 2020, activity_fields: [] },
    { ...dala, report_id: 3, service_request_id: 6, report_type: 'yearly', activity_fields: null },
  ]);
}
