import { CanaryWatch } from '../asking/canaries';
import { change, dumpLine, reportRow } from './warehouse';

export const IIN = '900101300123';
export const PERSON = 'Кенебай';
export const EMAIL = 'kenebay.aigerim@example.kz';
const PHONE = '+7 701 234 56 78';
export const BINS = ['180140000012', '190240000023', '200340000034'];

/** What nobody may see at all. */
export const ofNobody = new CanaryWatch([
  { name: 'IIN', value: IIN },
  { name: 'name of a person', value: PERSON },
  { name: 'e-mail', value: EMAIL },
  { name: 'e-mail of another', value: 'login@example.org' },
  { name: 'phone', value: PHONE },
]);
/** What only who may read BINs sees. */
export const hidden = new CanaryWatch(BINS.map((value) => ({ name: 'BIN', value })));

const someone = `${PERSON} ${IIN} ${EMAIL} ${PHONE}`;
const [FIRST = '', SECOND = '', THIRD = ''] = BINS;

/** The signed form names its director before the company, in elements of the same names. */
const signed = (bin: string) => ({
  signed_xml: `<?xml version="1.0"?><report><director><tin>${IIN}</tin><name>${PERSON}</name>
    <email>${EMAIL}</email></director><company><tin>${bin}</tin><name>ТОО «Хранитель»</name></company></report>`,
  signer: someone,
});

const request = (id: number, bin: string, data: object) => ({
  id,
  created_at: '2025-01-01T00:00:00Z',
  updated_at: '2025-01-01T00:00:00Z',
  status: 'approved',
  search_field: `${PERSON}***${IIN}***${EMAIL}***${bin}***ТОО «Хранитель»`,
  service_id: 'techpark',
  bp_status: id === 1 ? 'registered' : 'deactivated',
  data: JSON.stringify({ contact: someone, ...data }),
  company_id: id,
  number: id,
  applicant_iin: IIN,
});

export const company = (id: number, columns: object) => ({
  id,
  created_at: '2025-01-01T00:00:00Z',
  updated_at: '2025-01-01T00:00:00Z',
  short_name: `К${String(id)}`,
  director: someone,
  ...columns,
});

/** Personal data and BINs wherever a source may have them, also where nobody would write them. */
export const LINES = [
  change(
    company(1, {
      name: `ТОО «Хранитель» БИН ${FIRST}`,
      short_name: `Хранитель (${[...FIRST].join(' ')})`,
      tin: FIRST,
    }),
    { offset: 0, table: 'account_company' },
  ),
  change(company(2, { name: `ИП «Тихий», login@example.org, ИИН ${IIN}`, tin: SECOND }), {
    offset: 1,
    table: 'account_company',
  }),
  change(company(3, { name: null, tin: `${IIN}***${EMAIL}` }), {
    offset: 2,
    table: 'account_company',
  }),
  change(
    request(1, FIRST, { activation_info: { certificate_number: '1001', issue_date: `${EMAIL}` } }),
    { offset: 0, table: 'service_servicerequest' },
  ),
  change(
    request(2, SECOND, {
      deactivation_info: {
        reason: `Заявление от ${EMAIL}, ${IIN}, ${PHONE}`,
        exit_date: '2025-05-05',
      },
    }),
    { offset: 1, table: 'service_servicerequest' },
  ),
  change(request(3, THIRD, { protocol: { info: { name: `ТОО «Третий» ${THIRD}` } } }), {
    offset: 2,
    table: 'service_servicerequest',
  }),
  change(
    reportRow(1, {
      service_request_id: 1,
      signature: JSON.stringify(signed(FIRST)),
      data: {
        income_total: '100.00',
        income_international: `почта ${EMAIL} ${IIN}`,
        finance_source_loan: `тел. ${PHONE}`,
        total_tax_saved: FIRST.replace(/(\d{3})/g, '$1 '),
        residents_count: FIRST,
        activity_fields: ['ИТ', `ИТ ${EMAIL} ${FIRST}`],
        investor_country_company: `Казахстан, ${IIN}, ${FIRST}`,
        income_international_current_quarter: [
          { country: `Китай ${IIN} ${FIRST}`, current_sum: '5' },
          { country: 'Китай', current_sum: `${EMAIL} ${FIRST}`, contact: someone },
        ],
        oked: `62.01 ${IIN}`,
        author: someone,
        author_iin: IIN,
      },
      author_name: someone,
      inspector: { iin: IIN },
    }),
    { offset: 0 },
  ),
  change(
    reportRow(2, {
      service_request_id: 2,
      year: 2020,
      data: { company_tin: SECOND, income_total: '7', note: someone },
    }),
    { offset: 1 },
  ),
  change(reportRow(3, { service_request_id: 3, data: someone }), { offset: 2 }),
  change(reportRow(4, { service_request_id: 1, report_type: `${someone} ${FIRST}` }), {
    offset: 3,
  }),
  { offset: 4, key: `${someone} ${FIRST}`, payload: `{"after": ${someone} ${FIRST}` },
  { offset: 5, table: 'unknown_table', key: { id: 1 }, payload: { email: EMAIL } },
].map(dumpLine);
