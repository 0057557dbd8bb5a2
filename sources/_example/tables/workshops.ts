import type { TableDeclaration } from '../../../src/warehouse/systems/declaration';

/** A workshop that a company of the tech park gave. */
export default {
  key: [{ column: 'id', type: 'uuid' }],
  required: [{ column: 'held_at', type: 'text' }],
  texts: ['title', 'form'],
  json: ['form'],
  bins: ['company_bin'],
  // A person: no SELECT reads it.
  personal: ['organizer'],
} satisfies TableDeclaration;
