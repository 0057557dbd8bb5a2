import {
  getOperationAST,
  GraphQLError,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Logger } from 'pino';
import { readCredential, type Credentials, type CredentialKind } from '../../access/readCredential';
import type { Viewer } from '../../access/viewer';
import type { Request } from '../../resolvers/request/request';
import { shownVersion } from '../basis/dataVersion';
import { DATABASE_PATIENCE, within } from '../basis/deadline';
import { askedDocument } from '../documents/askedDocument';
import { documentDigest, type TrustedDocuments } from '../documents/trustedDocuments';
import { errorBody, failureOf, formatted, INTERNAL, loggedError } from '../basis/failure';
import { withoutSuggestion } from '../plugins/introspection';
import type { ServerLedger } from '../record/ledger';
import type { NewestVersion } from '../versions/newestVersion';
import { isRefusal } from '../basis/refusals';
import { sentences } from '../basis/sentences';
import { withoutRepetitions } from '../values/withoutRepetitions';
import type { Connections } from './connections';
import type { Asked } from './subscriptionOperation';

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  readonly kinds: readonly CredentialKind[];
  readonly documents: TrustedDocuments;
  readonly connections: Connections;
  readonly newestVersion: NewestVersion;
  /** The context of a subscription, which reads no snapshot. */
  readonly createContext: (viewer: Viewer, requestId: string) => Request;
  /** Throws where the caller has asked too often. */
  readonly countRequest: (viewer: Viewer) => void;
  readonly ledger: ServerLedger;
  readonly statementTimeout: number;
  /** Milliseconds between signs of life. */
  readonly keepAlive: number;
  readonly log: Logger;
}

/** The caller, as far as it is known, and the request. */
interface Caller {
  readonly viewer: Viewer | null;
  readonly requestId: string;
}

/** What of a result is told. */
interface Shown {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** What subscriptions need of the server, over whichever protocol they come. */
export class Live {
  readonly schema: GraphQLSchema;
  readonly connections: Connections;
  readonly keepAlive: number;

  constructor(private readonly options: LiveOptions) {
    this.schema = options.schema;
    this.connections = options.connections;
    this.keepAlive = options.keepAlive;
  }

  recognise(credentials: Credentials): Promise<Viewer | null> {
    return within(
      DATABASE_PATIENCE,
      Promise.resolve(readCredential(credentials, this.options.kinds)()),
    );
  }

  contextFor(viewer: Viewer, requestId: string): Request {
    return this.options.createContext(viewer, requestId);
  }

  /**
   * What is asked for over a socket, its document in the place of what names it. Throws what is to be told. The
   * protocol wants a query in every message; an empty one is not given.
   */
  documentOf(asked: Asked, viewer: Viewer): unknown {
    const document = askedDocument(asked, viewer, this.options.documents);
    if (document.kind !== 'refused') return document.asked;
    const { code, sentence } = document.failure;
    throw new GraphQLError(sentence, { extensions: { code } });
  }

  countRequest(viewer: Viewer): void {
    this.options.countRequest(viewer);
  }

  /** An event as the caller gets it. */
  shown({ data, errors }: Shown): FormattedExecutionResult {
    const version = this.options.newestVersion();
    return {
      ...(errors && { errors: withoutRepetitions(errors.map(this.shownError)) }),
      ...(data !== undefined && { data }),
      ...(version && { extensions: { dataVersion: shownVersion(version) } }),
    };
  }

  readonly shownError = (error: GraphQLError): GraphQLFormattedError => {
    const failure = failureOf(error, this.options.statementTimeout);
    if (failure.code === INTERNAL) {
      this.options.log.error({ error: loggedError(error) }, 'internal error');
    }
    // Whoever subscribes knows the schema from elsewhere.
    return withoutSuggestion(formatted(error.toJSON(), failure));
  };

  /** What did not begin, with the status that says why. */
  refusal({ errors }: Shown): { readonly status: number; readonly body: string } {
    const shown = this.shown({ errors });
    const code = String(shown.errors?.[0]?.extensions?.['code']);
    return { status: STATUS[code] ?? 400, body: `${JSON.stringify(shown)}\n` };
  }

  /** Puts on record that a caller was told that it may not, and of what; other errors are not for the ledger. */
  recordRefusal(
    { viewer, requestId }: Caller,
    errors: readonly GraphQLError[],
    args?: ExecutionArgs,
  ): void {
    const { ledger, statementTimeout } = this.options;
    const refused = errors.map((error) => failureOf(error, statementTimeout).code).find(isRefusal);
    if (refused === undefined) return;
    const named = args && {
      operation: getOperationAST(args.document, args.operationName)?.name?.value,
      document: documentDigest(args.document.loc?.source.body ?? ''),
    };
    ledger.recordAnswer(viewer, requestId, { clearBins: 0, lookups: 0, refused, ...named });
  }

  /** Puts on record that nobody may come so, or no more. */
  recordRefusedConnection({ viewer, requestId }: Caller, code: string): void {
    this.options.ledger.recordRefusal(viewer, requestId, code);
  }

  credentialEnded(): string {
    return errorBody({ code: 'UNAUTHENTICATED', sentence: sentences.credentialEnded });
  }
}

const STATUS: Readonly<Record<string, number>> = {
  [INTERNAL]: 500,
  UNAVAILABLE: 503,
  RATE_LIMITED: 429,
  NOT_FOUND: 404,
  FORBIDDEN: 403,
};
