import { setTimeout as sleep } from 'node:timers/promises';
import {
  context,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span as OpenSpan,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { traceWith, type Span, type SpanFacts, type TraceIds, type Tracer } from './spans';

export interface TracingOptions {
  /** Where OTLP is spoken over HTTP, such as http://127.0.0.1:4318. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly version: string;
}

const LAST_WORDS = 2_000;

/**
 * Tells spans to a collector from now on. This module is loaded only where one is configured. What the
 * collector does not take is lost, and holds nothing up.
 */
export function startTracing({ endpoint, serviceName, version }: TracingOptions): {
  /** Sends what has not been sent, within two seconds. */
  stop(): Promise<void>;
} {
  const contexts = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(contexts);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.version': version,
    }),
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` }),
      ),
    ],
  });
  traceWith(tracerOf(provider));
  return {
    async stop() {
      traceWith(undefined);
      // A shutdown alone would not wait for what is on its way.
      const sent = provider.forceFlush().then(() => provider.shutdown());
      await Promise.race([sent.catch(() => undefined), sleep(LAST_WORDS)]);
      context.disable();
    },
  };
}

function tracerOf(provider: BasicTracerProvider): Tracer {
  const tracer = provider.getTracer('techorda-graph');
  return {
    begin(name, facts, parent) {
      const begin = parent === undefined ? context.active() : remote(parent);
      return spanOf(tracer.startSpan(name, { attributes: known(facts) }, begin));
    },
    current() {
      const span = trace.getActiveSpan();
      return span && spanOf(span);
    },
  };
}

/** As `traceparent` of the W3C names a span of another program; what is none begins a trace of its own. */
const TRACEPARENT = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;

function remote(parent: string): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(parent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function spanOf(span: OpenSpan): Span & TraceIds {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    tell: (facts) => span.setAttributes(known(facts)),
    name: (name) => span.updateName(name),
    fail(error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      if (!(error instanceof Error)) return;
      span.setAttribute('error.type', 'code' in error ? String(error.code) : error.name);
    },
    end: () => span.end(),
    within: (work) => context.with(trace.setSpan(context.active(), span), work),
  };
}

function known(facts: SpanFacts): Attributes {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
