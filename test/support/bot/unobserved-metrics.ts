import type { Counter, Gauge, Histogram } from "prom-client";
import { Metrics } from "../../../src/monitoring/metrics.ts";

/**
 * Metrics that count nothing, to measure what counting costs. Those that prom-client has of the process are there, because its
 * processor time is read from them.
 */
export class UnobservedMetrics extends Metrics {
  override counter<Label extends string = never>(
    settings: Parameters<Metrics["counter"]>[0],
  ): Counter<Label> {
    return Object.assign(super.counter(settings) as Counter<Label>, { inc: () => {} });
  }

  override gauge<Label extends string = never>(settings: Parameters<Metrics["gauge"]>[0]): Gauge<Label> {
    return Object.assign(super.gauge(settings) as Gauge<Label>, { set: () => {} });
  }

  override histogram<Label extends string = never>(
    settings: Parameters<Metrics["histogram"]>[0],
  ): Histogram<Label> {
    return Object.assign(super.histogram(settings) as Histogram<Label>, { observe: () => {} });
  }
}
