import { prepareDatabase } from '../../../src/commands/preparing/prepareDatabase';
import { loadConfig } from '../../../src/config/config';
import { loadModel } from '../../../src/api/model/read/loadModel';
import { checkModelAgainstDatabase } from '../../../src/api/query/checkModelAgainstDatabase';
import { createTestDatabase } from '../../support/databases/database';

test('every contradiction between the model and the tables is named', async () => {
  const { knex, drop } = await createTestDatabase();
  await knex.raw(`
    alter table gold.financing add director text, drop loan_funds;
    alter table gold.exports drop bin_pseudonym, alter export_income type double precision;
    alter table gold.employees alter superseded drop not null;
    alter table gold.general_indicators drop changed_at;
    alter table gold.export_by_country alter changed_at drop not null;
    drop table gold.tax_benefits;
  `);
  await expect(checkModelAgainstDatabase(knex, loadModel())).rejects.toMatchObject({
    name: 'ModelContradiction',
    complaints: [
      'gold.employees.superseded can be null; Employees.superseded expects that it cannot.',
      'gold.export_by_country.changed_at is needed by refreshes and views; expected it as timestamptz not null default statement_timestamp().',
      'gold.exports.export_income is of type float8; Exports.exportIncome expects numeric.',
      'gold.exports.bin_pseudonym is needed to mask; expected it as text.',
      'Financing.loanFunds is declared; expected a column gold.financing.loan_funds.',
      'gold.financing.director has no field; expected one in Financing.',
      'gold.general_indicators.changed_at is needed by refreshes and views; expected it as timestamptz not null default statement_timestamp().',
      'TaxBenefits is declared; expected a table gold.tax_benefits.',
    ],
  });
  await drop();
});

test('a migration after which a mart lacks what its view reads is told so, and not as SQL', async () => {
  const { knex, drop } = await createTestDatabase();
  await knex.raw('alter table gold.financing drop changed_at');
  await expect(prepareDatabase(knex, loadConfig({}), () => undefined)).rejects.toMatchObject({
    name: 'ModelContradiction',
    message:
      'The semantic model in schema/ contradicts the database:\ngold.financing.changed_at is needed by refreshes and views; expected it as timestamptz not null default statement_timestamp().',
  });
  await drop();
});
