import type { SystemDeclaration } from '../../src/warehouse/systems/declaration';

/** An example of a system that Debezium captures: it is compiled with the others, and not loaded. */
export default {
  kind: 'debezium',
  // Other systems may have a table of the same name.
  topicPrefix: 'example.public',
  label: {
    kk: 'Мысал: семинарлар',
    ru: 'Пример: семинары',
    en: 'Example: workshops',
  },
} satisfies SystemDeclaration;
