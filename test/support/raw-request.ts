import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { holdToContract } from './documented.ts';
import type { TestService } from './service.ts';

/** A request in which every header is ours, Host among them. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends it and holds the answer against the contract. */
export const sendRaw = async (
  { service: { address } }: TestService,
  { method = 'GET', path, headers = {}, body }: RawRequest,
): Promise<Response> => {
  const req = request({ ...address, method, path, headers, agent: false });
  req.end(body);
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk);
  const answered = new Response(chunks.length > 0 ? Buffer.concat(chunks) : null, {
    status: res.statusCode ?? 0,
    headers: Object.entries(res.headers).map(([name, value]): [string, string] => [name, String(value)]),
  });
  await holdToContract(method, path, answered.clone());
  return answered;
};

/** Bytes over a connection of one's own: what comes back until the other side closes it or it has been silent for a while. */
export const sendBytes = async (
  { service: { address } }: TestService,
  bytes: string | Buffer | readonly (string | Buffer)[],
  silentMilliseconds = 3_000,
): Promise<{ text: string; isClosed: boolean }> => {
  const socket = connect({ ...address, noDelay: true });
  const chunks: Buffer[] = [];
  let isClosed = true;
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.setTimeout(silentMilliseconds, () => {
    isClosed = false;
    socket.destroy();
  });
  for (const part of [bytes].flat()) socket.write(part as string | Buffer);
  await once(socket, 'close');
  return { text: Buffer.concat(chunks).toString('latin1'), isClosed };
};
