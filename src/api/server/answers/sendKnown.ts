import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Viewer } from '../../access/viewer';
import type { BudgetHeaders } from '../budget/limitSpending';
import { crossOriginHeaders } from '../http/crossOrigin';
import { breakOff } from '../basis/endedAnswers';
import { namesTag } from '../http/entityTag';
import type { ServerLedger } from '../record/ledger';
import type { WatchCredential, WatchedAnswer } from '../live/watchCredential';
import type { Metrics } from '../metrics/metrics';
import { logRequest } from '../log/requestLog';
import { SAFE_HEADERS } from '../http/safeHeaders';
import { takesGzip } from '../http/takesGzip';
import { endingTogether } from './endTogether';
import type { AnswerToKeep, KnownAnswer, Variant } from '../known/knownAnswer';
import { lastingHeaders } from '../known/lastingHeaders';

export interface KnownExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly viewer: Viewer;
  readonly requestId: string;
  /** By the process's clock. */
  readonly begun: number;
}

/** Sends an answer. */
export type SendKnown = (exchange: KnownExchange, answer: KnownAnswer, sending: Sending) => void;

export interface Sending {
  /** Given for an answer that is kept: it is packed where it is worth it, and this is told of the bytes. */
  readonly grown?: (bytes: number) => void;
  /** The answer was there at once, as others may be that are asked for in the same moment. */
  readonly atOnce?: boolean;
}

export interface SendingOptions {
  readonly origins: readonly string[];
  readonly budgetHeaders: BudgetHeaders;
  readonly watchCredential: WatchCredential;
  readonly ledger: ServerLedger;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Headers, names and values in a row. */
interface Head {
  /** Of an answer that the caller has already. */
  readonly ofHeld: readonly string[];
  readonly whole: readonly string[];
}

const ROUTE = '/graphql';
/** Names and values in a row are what Node writes soonest. */
const safe = Object.entries(SAFE_HEADERS).flat();

/** With all that the routes put around an answer: headers, the request's line in the log, its metrics. */
export function sendingOfKnown(options: SendingOptions): SendKnown {
  const { origins, budgetHeaders, watchCredential, ledger, metrics, log } = options;
  const endTogether = endingTogether();
  /** What is said of a variant whoever asks: the same each time that it is sent. */
  const heads = new WeakMap<Variant, Head>();
  const headOf = (variant: Variant, { contentType, shared }: AnswerToKeep): Head => {
    const known = heads.get(variant);
    if (known) return known;
    const ofHeld = Object.entries(
      lastingHeaders(variant.tag, { byOrigin: origins.length > 0, shared }),
    ).flat();
    const head = { ofHeld, whole: [...safe, ...ofHeld, ...bodyHeaders(contentType, variant)] };
    heads.set(variant, head);
    return head;
  };
  /** What a slow reader has not taken yet it does not get once its credential has ended. */
  const breakOffWith = (answer: WatchedAnswer, requestId: string) =>
    watchCredential(answer, () => {
      ledger.recordRefusal(answer.viewer, requestId, 'UNAUTHENTICATED');
      metrics.countBroken('credential_ended');
      breakOff(answer.response);
    });
  return ({ request, response, viewer, requestId, begun }, answer, { grown, atOnce }) => {
    const { headers, method = '' } = request;
    const held = method === 'GET' ? heldVariant(headers['if-none-match'], answer) : undefined;
    const variant = held ?? chosenVariant(headers['accept-encoding'], answer, grown);
    const status = held ? 304 : 200;
    const { ofHeld, whole } = headOf(variant, answer.kept);
    const head = [...(held ? ofHeld : whole), 'x-request-id', requestId];
    if (origins.length > 0) add(head, crossOriginHeaders(headers, origins));
    add(head, budgetHeaders(viewer));
    response.writeHead(status, head);
    const body = held ? undefined : variant.body;
    const ended = () => {
      if (response.writableLength > 0) breakOffWith({ request, response, viewer }, requestId);
    };
    if (atOnce) endTogether(response, body, ended);
    else {
      response.end(body);
      ended();
    }

    const elapsed = performance.now() - begun;
    metrics.countRequest({ route: ROUTE, method, status }, elapsed / 1_000);
    const { clearBins } = answer.kept;
    logRequest(log, { requestId, method, route: ROUTE, status, elapsed, viewer, clearBins });
  };
}

/** The variant that the caller has already. */
function heldVariant(ifNoneMatch: string | undefined, answer: KnownAnswer): Variant | undefined {
  return ifNoneMatch === undefined
    ? undefined
    : answer.variants.find(({ tag }) => namesTag(ifNoneMatch, tag));
}

function chosenVariant(
  acceptEncoding: string | string[] | undefined,
  answer: KnownAnswer,
  grown: ((bytes: number) => void) | undefined,
): Variant {
  return grown && takesGzip(acceptEncoding) ? answer.packedIfWorth(grown) : answer.plain;
}

function bodyHeaders(contentType: string, { body, encoding }: Variant): string[] {
  const headers = ['content-type', contentType, 'content-length', String(body.length)];
  return encoding ? [...headers, 'content-encoding', encoding] : headers;
}

function add(head: string[], headers: Readonly<Record<string, string>>): void {
  for (const name in headers) head.push(name, headers[name] ?? '');
}
