/** What is told of a span: words of this program, numbers, and nothing that a caller or a row says. */
export type SpanFacts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Span {
  tell(facts: SpanFacts): void;
  name(name: string): void;
  /** Only the kind of an error is told: messages of the database may show values. */
  fail(error?: unknown): void;
  end(): void;
  /** Runs the work so that spans which begin within it are children. */
  within<Result>(work: () => Result): Result;
}

/** By which a line of the log belongs to a span. */
export interface TraceIds {
  readonly traceId?: string;
  readonly spanId?: string;
}

export interface Tracer {
  /** Begins a span, as a child of the one under way or of what the caller's `traceparent` names. */
  begin(name: string, facts: SpanFacts, parent?: string): Span & TraceIds;
  /** The span that is under way here; undefined where there is none. */
  current(): (Span & TraceIds) | undefined;
}

const silent: Span = {
  tell: () => undefined,
  name: () => undefined,
  fail: () => undefined,
  end: () => undefined,
  within: (work) => work(),
};

let tracer: Tracer | undefined;

/** From now on spans are told to the tracer, or to nobody. */
export function traceWith(other: Tracer | undefined): void {
  tracer = other;
}

/** Whether there is anybody to tell. */
export function isTraced(): boolean {
  return tracer !== undefined;
}

/** A span that the caller ends. */
export function beginSpan(name: string, facts: SpanFacts, parent?: string): Span & TraceIds {
  return tracer?.begin(name, facts, parent) ?? silent;
}

/** A span around the work, which ends with it; without a tracer it is the work alone. */
export async function withSpan<Result>(
  name: string,
  facts: SpanFacts,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  const span = beginSpan(name, facts);
  try {
    return await span.within(() => work(span));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/** The span that is under way here, if any. */
export function currentSpan(): Span & TraceIds {
  return tracer?.current() ?? silent;
}

/** Where no span is under way that is told to anybody. */
export const NO_TRACE: TraceIds = {};

export function traceIds(): TraceIds {
  const { traceId, spanId } = currentSpan();
  return traceId === undefined || spanId === undefined ? NO_TRACE : { traceId, spanId };
}
