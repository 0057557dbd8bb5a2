import type { TableDeclaration } from '../../../src/warehouse/systems/declaration';

/** That somebody was at a workshop, by the number of the badge. */
export default {
  key: [
    { column: 'workshop_id', type: 'uuid' },
    { column: 'badge', type: 'int' },
  ],
  required: [],
  texts: [],
  json: [],
  bins: [],
  personal: [],
} satisfies TableDeclaration;
