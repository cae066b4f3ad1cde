import type { Policy } from '../domain/policy.ts';

type Models = Policy['models'];

/** The model a policy names for a segment; a segment it does not name, `constructor` among them, has the default. */
export const modelOf = ({ default: standard, segments }: Models, segment: string | null): string =>
  (segment !== null && Object.hasOwn(segments, segment) ? segments[segment] : undefined) ?? standard;

/** Every model a policy names: that of everybody first, then those of segments. */
export const modelsNamed = ({ default: standard, segments }: Models): readonly string[] => [
  ...new Set([standard, ...Object.values(segments)]),
];
