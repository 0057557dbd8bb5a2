/** A question that servers are asked, and how it varies: no answer may be known from before. */
export interface Question {
  readonly name: string;
  readonly title: string;
  readonly document: string;
  /** The variables of the n-th asking. */
  readonly variables: (n: number, scale: number) => Readonly<Record<string, number>>;
  /** Servers that take part. */
  readonly servers: readonly ServerName[];
  readonly known?: 'answer' | 'tag';
}

export type ServerName = 'techorda' | 'limit' | 'fixed' | 'apollo' | 'mercurius';

const ASKING: readonly ServerName[] = ['techorda', 'limit', 'apollo', 'mercurius'];

const COLUMNS = `id reportId year reportType companyName bin governmentSupport loanFunds
    foreignLoanFunds authorizedCapitalIncrease totalFunding attractedInvestments`;
const SUMS = 'incomeTotal exportIncome totalFunding taxSaved';

const GROUPS = `query Groups($year: Int!, $first: Int!) {
  generalIndicatorsGroups(by: [YEAR, REPORT_TYPE], filter: {year: {gte: $year}}, first: $first) {
    nodes { key { year reportType } rows sum { ${SUMS} } } } }`;

/** Spreads n over the whole numbers below `end`, each once before any comes again. */
const spread = (n: number, end: number) => (n * 7_919) % end;

/** Filters and page sizes that leave every group: only the text of the question differs. */
const ofAllYears = (n: number) => ({ year: spread(n, 2_011), first: 100 + spread(n, 897) });

export const QUESTIONS: readonly Question[] = [
  {
    name: 'page',
    title: 'a page of 100 rows × 12 fields',
    document: `query Page($from: Int!) {
  financing(filter: {reportId: {gt: $from}}, first: 100) { nodes { ${COLUMNS} } } }`,
    variables: (n, scale) => ({ from: spread(n, 26_003 * scale) }),
    servers: ASKING,
  },
  {
    name: 'groups',
    title: 'a group-by over a mart',
    document: GROUPS,
    variables: ofAllYears,
    servers: ASKING,
  },
  {
    name: 'totals',
    title: 'totals and companies by year',
    document: `query Totals($year: Int!, $first: Int!) {
  generalIndicatorsGroups(by: [YEAR], filter: {year: {gte: $year}}, first: $first) {
    nodes { key { year } rows companies total { ${SUMS} } } } }`,
    variables: ofAllYears,
    servers: ASKING,
  },
  {
    name: 'nested',
    title: '20 companies with all their rows',
    document: `query Nested($from: Int!) {
  companies(filter: {companyId: {gt: $from}}, first: 20) { nodes { id name financing(first: 100) { nodes {
    reportId year reportType governmentSupport loanFunds foreignLoanFunds totalFunding attractedInvestments
  } } } } }`,
    variables: (n, scale) => ({ from: spread(n, 2_903 * scale) }),
    servers: ASKING,
  },
  {
    name: 'rows',
    title: '5,000 rows in one answer',
    document: `query Rows($from: Int!) { ${[2021, 2022, 2023, 2024, 2025]
      .map(
        (year) =>
          `y${String(year)}: financing(filter: {year: {eq: ${String(year)}}, reportId: {gt: $from}}, first: 1000) { nodes { ${COLUMNS} } }`,
      )
      .join('\n')} }`,
    variables: (n) => ({ from: spread(n, 907) }),
    servers: ASKING,
  },
  {
    name: 'repeated',
    title: 'a repeated dashboard query',
    document: GROUPS,
    variables: () => ({ year: 2019, first: 100 }),
    servers: ['techorda', 'fixed', 'apollo', 'mercurius'],
    known: 'answer',
  },
  {
    name: '304',
    title: '304, the answer is known',
    document: GROUPS,
    variables: () => ({ year: 2019, first: 100 }),
    servers: ['techorda', 'fixed'],
    known: 'tag',
  },
];

/** The name of the operation, as requests bear it. */
export const operationOf = ({ document }: Question) => /^query (\w+)/.exec(document)?.[1] ?? '';

export const bodyOf = (question: Question, n: number, scale: number) =>
  JSON.stringify({
    operationName: operationOf(question),
    query: question.document,
    variables: question.variables(n, scale),
  });

export const searchOf = (question: Question) =>
  new URLSearchParams({
    operationName: operationOf(question),
    query: question.document,
    variables: JSON.stringify(question.variables(0, 1)),
  }).toString();
