import companyWithReports from './examples/companyWithReports.graphql?raw';
import dataFreshness from './examples/dataFreshness.graphql?raw';
import exportsByCountry from './examples/exportsByCountry.graphql?raw';
import findCompany from './examples/findCompany.graphql?raw';
import financingWithCertificates from './examples/financingWithCertificates.graphql?raw';
import refreshProgress from './examples/refreshProgress.graphql?raw';
import totalsByYear from './examples/totalsByYear.graphql?raw';

export interface Example {
  readonly title: string;
  readonly about: string;
  readonly query: string;
}

/** Questions that an analyst asks; the first one is open when the page is. */
export const examples: readonly Example[] = [
  {
    title: 'Totals by year',
    about: 'Income, funding and companies of each year, no tenge counted twice.',
    query: totalsByYear,
  },
  {
    title: 'Exports by country',
    about: 'The ten countries to which most was exported in a year.',
    query: exportsByCountry,
  },
  {
    title: 'Financing, row by row',
    about: 'A page of reports with their certificate and БИН, the newest year first.',
    query: financingWithCertificates,
  },
  {
    title: 'Find a company',
    about: 'By its name as people type it, a certificate number or a БИН.',
    query: findCompany,
  },
  {
    title: 'A company and its reports',
    about: 'A company with its participations and what it reported.',
    query: companyWithReports,
  },
  {
    title: 'How fresh the data is',
    about: 'The published version, its source time, and what still waits.',
    query: dataFreshness,
  },
  {
    title: 'A refresh while it runs',
    about: 'A subscription: each step of the refresh, as it happens.',
    query: refreshProgress,
  },
];
