import type { Log } from '#server/log'
import { type GatewayMetrics, type Observed, openGatewayMetrics } from './gateway-metrics'
import type { Otlp } from './otlp'

export type Attributes = Record<string, string | number | boolean>

/** Something that takes time, as a trace shows it. */
export type Span = {
  set(attributes: Attributes): void
  /** A part of it. */
  child(name: string, attributes?: Attributes): Span
  fail(error: unknown): void
  end(): void
  /** As the next one in the chain reads it: W3C trace context. */
  traceparent: string
}

/** What the gateway tells about itself: figures for whoever asks, and traces and figures over OTLP when that is configured. */
export type Telemetry = {
  metrics: GatewayMetrics
  /** Begins the span of a request; `traceparent` is the caller's, if it sent one. Null when nobody wants traces. */
  startRequest: ((name: string, traceparent: string | undefined) => Span) | null
  close(): Promise<void>
}

export type TelemetryOptions = {
  observed: Observed
  /** Base address of an OTLP/HTTP collector; null for none. */
  otlpEndpoint: string | null
  /** How many of a hundred requests are traced, when the caller did not decide it. */
  traceShare: number
  /** Names this kind of process, and this one. */
  service: string
  instance: string
  log: Log
}

/** Opens the figures, and loads the exporters only when they are wanted: without them a request pays nothing. */
export async function openTelemetry({ observed, otlpEndpoint, log, ...options }: TelemetryOptions): Promise<Telemetry> {
  const metrics = openGatewayMetrics(observed)
  let otlp: Otlp | null = null
  if (otlpEndpoint !== null) {
    const { openOtlp } = await import('./otlp')
    otlp = openOtlp({ ...options, endpoint: otlpEndpoint, registry: metrics.registry })
    log.info({ endpoint: otlpEndpoint }, 'traces and metrics are sent over OTLP')
  }
  return {
    metrics,
    startRequest: otlp?.startRequest ?? null,
    close: async () => otlp?.close().catch((err) => log.debug({ err }, 'the last traces could not be sent')),
  }
}

/** Runs `act` as a part of a span; without a span it is just run. */
export function traced<T>(span: Span | null | undefined, name: string, attributes: Attributes, act: () => Promise<T>): Promise<T> {
  return span ? tracedIn(span.child(name, attributes), act) : act()
}

async function tracedIn<T>(part: Span, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    part.fail(error)
    throw error
  } finally {
    part.end()
  }
}
