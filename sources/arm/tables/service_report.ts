import type { TableDeclaration } from '../../../src/warehouse/systems/declaration';

/** A report of a quarter or a year: the form as JSON, and as it was signed. */
export default {
  key: [{ column: 'id', type: 'int' }],
  required: [
    { column: 'year', type: 'smallint' },
    { column: 'service_request_id', type: 'int' },
    { column: 'status', type: 'text' },
    {
      column: 'report_type',
      type: 'text',
      oneOf: ['quarter1', 'quarter2', 'quarter3', 'quarter4', 'yearly'],
    },
  ],
  texts: ['version', 'data', 'signature'],
  json: ['data', 'signature'],
  bins: ['data', 'signature'],
  // The signed form names the director with an IIN.
  personal: ['data', 'signature'],
} satisfies TableDeclaration;
