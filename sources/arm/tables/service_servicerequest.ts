import type { TableDeclaration } from '../../../src/warehouse/systems/declaration';

/** A request for a service; those of the service `techpark` make a company a participant. */
export default {
  key: [{ column: 'id', type: 'int' }],
  required: [],
  texts: ['status', 'service_id', 'bp_status', 'search_field', 'data'],
  json: ['data'],
  bins: ['search_field'],
  // search_field: full name***IIN***e-mail***BIN***company name.
  personal: ['search_field', 'data'],
} satisfies TableDeclaration;
