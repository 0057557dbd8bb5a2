import type { TableDeclaration } from '../../../src/warehouse/systems/declaration';

/** A company, with its BIN. Name and BIN of a sole proprietor are company data as well. */
export default {
  key: [{ column: 'id', type: 'int' }],
  required: [],
  texts: ['name', 'short_name', 'tin'],
  json: [],
  bins: ['tin'],
  personal: [],
} satisfies TableDeclaration;
