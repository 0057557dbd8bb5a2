import type { SystemDeclaration } from '../../src/warehouse/systems/declaration';

/** The reporting system of the tech park: a Django application whose PostgreSQL Debezium captures. */
export default {
  kind: 'debezium',
  unprefixed: true,
  label: {
    kk: 'АРМ: технопарк қатысушыларының есептері',
    ru: 'АРМ: отчёты участников технопарка',
    en: 'ARM: reports of tech park participants',
  },
} satisfies SystemDeclaration;
