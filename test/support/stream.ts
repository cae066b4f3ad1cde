import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';

/** One answer of a stream: what the line came to, or a problem. */
export interface StreamAnswer {
  readonly id: string | null;
  readonly decisionId?: string;
  readonly problem?: { readonly code: string; readonly status: number; readonly stored?: number };
}

/** The caller's side of a stream. */
export interface Stream {
  /** Sends lines as they are, or as JSON. @returns whether there is room for more */
  send(lines: readonly (string | Buffer | object)[]): boolean;
  /** Resolves when there is room for more; rejects where the service has cut the stream. */
  drained(): Promise<void>;
  end(): void;
  destroy(): void;
  status(): Promise<number>;
  /** The next answer; rejects where there is none. */
  next(): Promise<StreamAnswer>;
  /** Every answer up to the end. */
  rest(): Promise<StreamAnswer[]>;
}

/** Opens a stream of predictions. */
export const openStream = (url: string, headers: Readonly<Record<string, string>> = {}): Stream => {
  const sending = request(`${url}/v1/predict/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  });
  sending.on('error', () => undefined);
  const response = new Promise<IncomingMessage>((resolve) => sending.once('response', resolve));
  void response.then((input) => input.on('error', () => undefined));
  sending.flushHeaders();
  let reading: AsyncIterator<string> | null = null;
  const read = async (): Promise<AsyncIterator<string>> => {
    const input = await response;
    reading ??= createInterface({ input })[Symbol.asyncIterator]();
    return reading;
  };
  const next = async (): Promise<StreamAnswer | null> => {
    const { done, value } = await (await read()).next();
    return done ? null : (JSON.parse(value) as StreamAnswer);
  };
  return {
    send: (lines) =>
      lines
        .map((line) => {
          const whole = typeof line === 'string' || Buffer.isBuffer(line) ? line : `${JSON.stringify(line)}\n`;
          return sending.write(whole);
        })
        .every(Boolean),
    drained: async () => {
      if (sending.destroyed) throw new Error('the stream was cut');
      if (sending.writableNeedDrain) await once(sending, 'drain');
    },
    end: () => void sending.end(),
    destroy: () => void sending.destroy(),
    status: async () => (await response).statusCode ?? 0,
    async next() {
      const answer = await next();
      if (!answer) throw new Error('the stream is at its end');
      return answer;
    },
    async rest() {
      const answers: StreamAnswer[] = [];
      for (let answer = await next(); answer; answer = await next()) answers.push(answer);
      return answers;
    },
  };
};
