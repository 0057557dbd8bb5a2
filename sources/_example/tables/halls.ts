import type { TableDeclaration } from '../../../src/warehouse/systems/declaration';

/** Where workshops are held. */
export default {
  key: [{ column: 'code', type: 'text' }],
  required: [],
  texts: ['name'],
  json: [],
  bins: [],
  personal: [],
} satisfies TableDeclaration;
