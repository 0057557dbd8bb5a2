import type { SystemDeclaration } from '../../src/warehouse/systems/declaration';

/** An example of a system whose rows a loader keeps in this database. */
export default {
  kind: 'landed',
  label: {
    kk: 'Мысал: келушілер',
    ru: 'Пример: посетители',
    en: 'Example: visitors',
  },
} satisfies SystemDeclaration;
