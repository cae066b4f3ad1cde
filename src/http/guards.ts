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

const localNames = (port: number): string[] => {
  const names = ['localhost', '127.0.0.1', '[::1]'];
  return [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
};

/** A page of another site may point its own name at this machine (DNS rebinding); its requests carry that name. */
const refuseForeignHost = (host: string | undefined, port: number): void => {
  if (host === undefined || !localNames(port).includes(host.toLowerCase())) {
    throw appError('host_refused', { host: host ?? '' });
  }
};

const refuseForwarded = (headers: IncomingHttpHeaders): void => {
  const header = Object.keys(headers).find((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));
  if (header !== undefined) throw appError('forwarded_refused', { header });
};

const refuseForeignOrigin = (origin: string | undefined, port: number): void => {
  if (origin === undefined) return;
  if (!localNames(port).some((name) => origin.toLowerCase() === `http://${name}`)) {
    throw appError('origin_refused', { origin });
  }
};
