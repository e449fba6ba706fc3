import {
  type Span as ApiSpan,
  type Context,
  type HrTime,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
  ValueType,
} from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  MeterProvider,
  type MetricData,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import { codeVersion } from '#server/version'
import type { Family, Registry, Sample } from './registry'
import type { Attributes, Span } from './telemetry'

/** Traces and metrics on their way to a collector, in batches; one that does not answer costs no request anything. */
export type Otlp = { startRequest(name: string, traceparent: string | undefined): Span; close(): Promise<void> }

const metricsEveryMs = 15_000
const scope = { name: 'stageline.gateway', version: codeVersion }

/**
 * Opens the official exporters for OTLP over HTTP with JSON. Headers, time limits and compression are theirs: they read
 * OTEL_EXPORTER_OTLP_HEADERS and so on from the environment.
 */
export function openOtlp(options: { endpoint: string; service: string; traceShare: number; instance: string; registry: Registry }): Otlp {
  const base = options.endpoint.replace(/\/+$/, '')
  const resource = resourceFromAttributes({
    'service.name': options.service,
    'service.version': codeVersion,
    'service.instance.id': options.instance,
  })
  const provider = new TracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.traceShare / 100) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${base}/v1/traces` }) })],
  })
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${base}/v1/metrics` }),
        exportIntervalMillis: metricsEveryMs,
        metricProducers: [producerOf(options.registry)],
      }),
    ],
  })
  const tracer = provider.getTracer(scope.name, scope.version)

  function wrap(span: ApiSpan, context: Context): Span {
    return {
      set: (attributes) => void span.setAttributes(attributes),
      child(name, attributes: Attributes = {}) {
        const part = tracer.startSpan(name, { attributes }, context)
        return wrap(part, trace.setSpan(context, part))
      },
      fail(error) {
        // No message: it may quote what the caller sent.
        span.setStatus({ code: SpanStatusCode.ERROR })
        span.setAttribute('error.type', error instanceof Error ? ('code' in error ? String(error.code) : error.name) : 'unknown')
      },
      end: () => span.end(),
      traceparent: traceparentOf(span),
    }
  }

  return {
    startRequest(name, traceparent) {
      const parent = parentOf(traceparent)
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER }, parent)
      return wrap(span, trace.setSpan(parent, span))
    },
    async close() {
      await Promise.all([provider.shutdown(), meters.shutdown()])
    },
  }
}

/** W3C trace context, version 00; what does not fit begins a new trace. */
function parentOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(traceparent ?? '') ?? []
  if (!traceId || !spanId || !flags || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}

function traceparentOf(span: ApiSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

/** The gateway's own figures as the SDK's exporter takes them: one truth for Prometheus and OTLP. */
function producerOf(registry: Registry): MetricProducer {
  const startTime = hrTime(Date.now())
  return {
    async collect() {
      const endTime = hrTime(Date.now())
      const metrics = registry.collect().map((family) => metricOf(family, { startTime, endTime }))
      return { resourceMetrics: { resource: resourceFromAttributes({}), scopeMetrics: [{ scope, metrics }] }, errors: [] }
    },
  }
}

type Times = { startTime: HrTime; endTime: HrTime }

function metricOf(family: Family, times: Times): MetricData {
  const about = {
    descriptor: { name: family.name, description: family.help, unit: unitOf(family.name), valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
  const point = <T>(sample: Sample, value: T): DataPoint<T> => ({
    ...times,
    attributes: Object.fromEntries(family.labelNames.map((name, i) => [name, sample.labels[i] ?? ''])),
    value,
  })
  if (family.kind === 'histogram') {
    const dataPoints = family.samples.map((sample) =>
      point(sample, {
        buckets: { boundaries: [...family.bounds], counts: [...(sample.buckets ?? [])] },
        sum: sample.value,
        count: sample.count ?? 0,
      }),
    )
    return { ...about, dataPointType: DataPointType.HISTOGRAM, dataPoints }
  }
  const dataPoints = family.samples.map((sample) => point(sample, sample.value))
  return family.kind === 'counter'
    ? { ...about, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...about, dataPointType: DataPointType.GAUGE, dataPoints }
}

function unitOf(name: string): string {
  return /_seconds/.test(name) ? 's' : /_bytes/.test(name) ? 'By' : '1'
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)]
}
