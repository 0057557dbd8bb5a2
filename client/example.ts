/**
 * How another program asks: TECHORDA_KEY=tg_… npm run example. TECHORDA_URL says where, unless the
 * server runs here on its usual port.
 */
import { connect, TechordaError } from './connect';
import { everyNode } from './everyNode';
import { Catalogue, FinancingPage, IncomeByYear } from './generated/operations';

const {
  TECHORDA_URL: url = 'http://127.0.0.1:4000/graphql',
  TECHORDA_KEY: key = '',
  TECHORDA_YEAR: year = '2023',
} = process.env;

const techorda = connect({ url, key });

async function main(): Promise<void> {
  const { catalogue } = await techorda.ask(Catalogue, { lang: 'RU' });
  const captionOf = (mart: string, field: string) =>
    catalogue.marts.find(({ name }) => name === mart)?.fields.find(({ name }) => name === field)
      ?.label ?? field;

  const { generalIndicatorsGroups: income } = await techorda.ask(IncomeByYear);
  console.log(
    `${captionOf('generalIndicators', 'year')} | ${captionOf('generalIndicators', 'incomeTotal')}`,
  );
  for (const { key, total } of income.nodes) {
    // A Decimal is a string: exact, however large.
    console.log(`${key.year ?? ''} | ${total.incomeTotal ?? '-'}`);
  }

  let rows = 0;
  let conflicting = 0;
  const filter = { year: { eq: Number(year) } };
  const pages = everyNode(
    async (after) => (await techorda.ask(FinancingPage, { filter, first: 500, after })).financing,
  );
  for await (const { certificate } of pages) {
    rows += 1;
    if (certificate?.conflicting === true) conflicting += 1;
  }
  console.log(`${year}: ${rows} reports, ${conflicting} with a conflicting certificate`);
}

main().catch((error: unknown) => {
  if (!(error instanceof TechordaError)) throw error;
  console.error(`${error.code ?? error.status}: ${error.message}`);
  process.exitCode = 1;
});
