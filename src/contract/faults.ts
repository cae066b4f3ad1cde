import { type ErrorCode, errors } from '../errors.ts';
import type { Operation } from './operations.ts';

/** What any request may meet before anything is done for it. */
export const guardFaults: readonly ErrorCode[] = [
  'key_unknown',
  'forwarded_refused',
  'origin_refused',
  'host_refused',
  'stopping',
];

/** What a request with a body may meet while it is read. */
const withBody: Readonly<Record<Operation['media'], readonly ErrorCode[]>> = {
  'application/json': ['media_type_unsupported', 'bad_body', 'body_too_large', 'body_too_slow', 'bad_request'],
  'application/x-ndjson': ['media_type_unsupported'],
};

/** Every fault an operation may be answered with, in the order of the table of errors. */
export const faultsOf = (operation: Operation): ErrorCode[] => {
  const { params, query, body, media, isIdempotent, faults } = operation;
  const met = new Set<ErrorCode>([
    ...guardFaults,
    'database_unavailable',
    ...(params ? (['bad_path', 'bad_request'] as const) : []),
    ...(query ? (['bad_request'] as const) : []),
    ...(body ? withBody[media] : []),
    ...(isIdempotent ? (['bad_request'] as const) : []),
    ...faults,
  ]);
  return (Object.keys(errors) as ErrorCode[]).filter((code) => met.has(code));
};
