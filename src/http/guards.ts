import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { appError } from '../errors.ts';

/** Who calls: the name of its key, or `local` where the service has none. */
export type Principal = string;

/** The names of API keys by the SHA-256 of the key. */
export type ApiKeys = ReadonlyMap<string, string>;

const LOCAL: Principal = 'local';

/** Whether an address is of the machine itself. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/**
 * Says who calls. With keys one of them must be shown; without keys only what was surely sent from this machine by no
 * foreign page passes (DEFINITIONS 10).
 * @throws key_unknown, host_refused, forwarded_refused, origin_refused
 */
export const identify = (headers: IncomingHttpHeaders, keys: ApiKeys, port: number): Principal => {
  if (keys.size > 0) return identifyByKey(headers, keys);
  refuseForeignHost(headers.host, port);
  refuseForwarded(headers);
  refuseForeignOrigin(headers.origin, port);
  return LOCAL;
};

const identifyByKey = ({ authorization, 'x-api-key': header }: IncomingHttpHeaders, keys: ApiKeys): Principal => {
  const shown = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? header;
  const name = typeof shown === 'string' ? keys.get(createHash('sha256').update(shown).digest('hex')) : undefined;
  if (name === undefined) throw appError('key_unknown');
  return name;
};

/** Names of this machine in a URL, for the port a service listens on. */
const localNames = (port: number): ReadonlySet<string> => {
  if (local.port !== port) {
    const names = ['localhost', '127.0.0.1', '[::1]'];
    local = { port, names: new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]) };
  }
  return local.names;
};

/** Those of the port last asked for. */
let local: { readonly port: number; readonly names: ReadonlySet<string> } = { port: -1, names: new Set() };

/** A page of another site may point its own name at this machine (DNS rebinding); its requests carry that name. */
const refuseForeignHost = (host: string | undefined, port: number): void => {
  if (host === undefined || !localNames(port).has(host.toLowerCase())) {
    throw appError('host_refused', { host: host ?? '' });
  }
};

const refuseForwarded = (headers: IncomingHttpHeaders): void => {
  for (const header in headers) {
    if (header === 'forwarded' || header.startsWith('x-forwarded-')) throw appError('forwarded_refused', { header });
  }
};

const refuseForeignOrigin = (origin: string | undefined, port: number): void => {
  if (origin === undefined) return;
  const [scheme, name = ''] = origin.toLowerCase().split('://');
  if (scheme !== 'http' || !localNames(port).has(name)) {
    throw appError('origin_refused', { origin });
  }
};
