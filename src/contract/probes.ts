import { z } from 'zod';
import type { Text } from '../domain/text.ts';

/** What watches the service asks: it takes nothing, and is answered outside the table of operations. */
export interface Probe {
  readonly method: 'get';
  readonly path: string;
  readonly summary: Text;
  readonly media: 'application/json' | 'text/plain';
  readonly answer: z.ZodType;
  /** Whether it is answered without a key and from anywhere. */
  readonly isOpen: boolean;
  /** Whether 503 says, in the same shape, that the service cannot decide now. */
  readonly mayBeUnready: boolean;
}

const Live = z.strictObject({ status: z.literal('live'), live: z.literal(true) }).meta({ id: 'Live' });

const Ready = z
  .strictObject({
    status: z.enum(['ready', 'not ready']),
    ready: z.boolean(),
    database: z.enum(['embedded', 'postgresql']),
    durable: z.string().describe('What a stored decision survives'),
    faults: z
      .array(z.strictObject({ model: z.string(), code: z.string(), detail: z.string() }))
      .describe(
        'Models that are not what they were, of a promoted one the last good version decides; adjustments that are left out',
      ),
  })
  .meta({ id: 'Ready' });

const open = { method: 'get', media: 'application/json', isOpen: true } as const;
const live = { ...open, answer: Live, mayBeUnready: false } as const;
const ready = { ...open, answer: Ready, mayBeUnready: true } as const;

/** Whether the process lives, whether it can decide, and its figures. */
export const probes = {
  livez: { ...live, path: '/livez', summary: { zh: '进程是否存活', en: 'Whether the process lives' } },
  readyz: {
    ...ready,
    path: '/readyz',
    summary: { zh: '能否作出决策', en: 'Whether decisions can be made and stored' },
  },
  inferenceLive: {
    ...live,
    path: '/v2/health/live',
    summary: { zh: '推理服务是否存活', en: 'Open Inference Protocol: whether the server lives' },
  },
  inferenceReady: {
    ...ready,
    path: '/v2/health/ready',
    summary: { zh: '推理服务是否就绪', en: 'Open Inference Protocol: whether the server can infer' },
  },
  metrics: {
    method: 'get',
    path: '/metrics',
    summary: { zh: 'Prometheus 指标', en: 'Figures for Prometheus' },
    media: 'text/plain',
    answer: z.string(),
    isOpen: false,
    mayBeUnready: false,
  },
} as const satisfies Record<string, Probe>;
