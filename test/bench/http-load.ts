import autocannon from 'autocannon';

/** What the load generator is told, and what it found, as messages of its process. */
export interface LoadOrder {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  readonly bodies: readonly string[];
}

export interface LoadResult {
  readonly rps: number;
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 200, errors and timeouts. */
  readonly failed: number;
}

process.on('message', async ({ url, seconds, connections, bodies }: LoadOrder) => {
  const result = await autocannon({
    url,
    duration: seconds,
    connections,
    requests: bodies.map((body) => ({
      method: 'POST',
      path: '/v1/predict',
      headers: { 'content-type': 'application/json' },
      body,
    })),
  });
  const { non2xx, errors, timeouts, requests, latency } = result;
  const found: LoadResult = {
    rps: requests.total / result.duration,
    requests: requests.total,
    p50: latency.p50,
    p99: latency.p99,
    failed: non2xx + errors + timeouts,
  };
  process.send?.(found);
});
