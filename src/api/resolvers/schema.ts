import { makeExecutableSchema } from '@graphql-tools/schema';
import type { IResolvers } from '@graphql-tools/utils';
import type { GraphQLSchema } from 'graphql';
import type { ServedModel } from '../model/read/loadModel';
import { storedText } from '../model/storedText';
import type { Resolvers } from '../generated/resolvers';
import { refusingMarts } from './marts/askedMarts';
import {
  catalogue,
  catalogueCountryFields,
  catalogueFieldFields,
  catalogueFields,
  catalogueTableFields,
  catalogueValueFields,
} from './catalogue/catalogue';
import { company } from './companies/company';
import { companySearch, matchEdge, matchFields, matchPage } from './companies/companySearch';
import { dataQuality, dataQualityFields } from './quality/dataQuality';
import { dataVersion, dataVersionFields } from './records/dataVersion';
import { eventQualityFields } from './quality/eventQuality';
import { martQualityFields, martYearQualityFields } from './quality/martQuality';
import { tableResolvers } from './marts/marts';
import { quarantine, quarantinedRecordEdge, quarantinedRecordPage } from './records/quarantine';
import { refreshProgress } from './records/refreshProgress';
import {
  gateResultFields,
  refresh,
  refreshRunEdge,
  refreshRunFields,
  refreshRunPage,
  refreshRuns,
  releaseHeldRun,
} from './records/refreshRuns';
import { apiKeyEdge, apiKeyFields, apiKeyPage, createKey, keys, revokeKey } from './records/keys';
import { ledger, ledgerEdge, ledgerPage } from './records/ledger';
import { missingValueFields } from './marts/missing';
import { scalars } from './scalars';
import { yearQualityFields } from './quality/yearQuality';

/** The schema that is served, ready to execute with a RequestContext. */
export function createSchema(model: ServedModel): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: model.schema,
    resolvers: [
      { ...scalars },
      storedEnums(model),
      refusingMarts(tableResolvers(model), model),
      refusingMarts(writtenResolvers(model), model),
    ],
    resolverValidationOptions: {
      requireResolversToMatchSchema: 'error',
      requireResolversForArgs: 'error',
    },
  });
}

function writtenResolvers(model: ServedModel): IResolvers {
  const resolvers = {
    Query: {
      catalogue: catalogue(model),
      company: company(model),
      companySearch: companySearch(model),
      dataQuality: dataQuality(model),
      dataVersion,
      keys,
      ledger,
      quarantine,
      refreshRuns,
    },
    Mutation: { createKey: createKey(model), refresh, releaseHeldRun, revokeKey },
    Subscription: { refreshProgress },
    ApiKey: apiKeyFields,
    ApiKeyConnection: apiKeyPage,
    ApiKeyEdge: apiKeyEdge,
    Catalogue: catalogueFields,
    CatalogueTable: catalogueTableFields,
    CatalogueField: catalogueFieldFields,
    CatalogueValue: catalogueValueFields,
    CatalogueCountry: catalogueCountryFields,
    CompanyMatch: matchFields,
    CompanyMatchConnection: matchPage,
    CompanyMatchEdge: matchEdge,
    DataVersion: dataVersionFields,
    DataQuality: dataQualityFields,
    EventQuality: eventQualityFields,
    MartQuality: martQualityFields,
    MartYearQuality: martYearQualityFields,
    MissingValue: missingValueFields,
    GateResult: gateResultFields(model),
    LedgerEntryConnection: ledgerPage,
    LedgerEntryEdge: ledgerEdge,
    QuarantinedRecordConnection: quarantinedRecordPage,
    QuarantinedRecordEdge: quarantinedRecordEdge,
    RefreshRun: refreshRunFields,
    RefreshRunConnection: refreshRunPage,
    RefreshRunEdge: refreshRunEdge,
    YearQuality: yearQualityFields,
  } satisfies Resolvers;
  return resolvers;
}

/** Between an enum's value and the text that its column holds. */
function storedEnums({ textEnums }: ServedModel): IResolvers {
  return Object.fromEntries(
    [...textEnums].map(([name, values]) => [
      name,
      Object.fromEntries(values.map((value) => [value, storedText(value)])),
    ]),
  );
}
