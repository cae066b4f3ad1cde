import type { PoolClient } from 'pg';
import { PolicyEvent, RegistryEvent } from '../domain/registry.ts';
import type { Database } from './database.ts';
import { orDatabaseFault } from './database-fault.ts';
import { withChain } from './records.ts';

/** What happened to models and policies, oldest first, and the last record read. */
export interface RegistryLog {
  readonly models: readonly RegistryEvent[];
  readonly policies: readonly PolicyEvent[];
  readonly seq: string;
}

/** Before the first event. */
export const emptyLog: RegistryLog = { models: [], policies: [], seq: '0' };

const EVENTS = `SELECT seq, kind, text FROM records WHERE kind IN ('registry', 'policy') AND seq > $1 ORDER BY seq`;

/** Reads on from a log; the same log where nothing happened since. @throws database_unavailable */
export const readRegistryLog = async (client: Pick<PoolClient, 'query'>, from: RegistryLog): Promise<RegistryLog> => {
  const asked = client.query<{ seq: string; kind: string; text: string }>(EVENTS, [from.seq]);
  const { rows } = await orDatabaseFault(asked);
  const last = rows.at(-1);
  if (!last) return from;
  const events = (kind: string) =>
    rows.flatMap((row) => {
      if (row.kind !== kind) return [];
      const { kind: _, digests: __, ...event } = JSON.parse(row.text);
      return [event];
    });
  return {
    models: [...from.models, ...events('registry').map((event) => RegistryEvent.parse(event))],
    policies: [...from.policies, ...events('policy').map((event) => PolicyEvent.parse(event))],
    seq: last.seq,
  };
};

/** Events to be put on the chain. */
export interface NewEvents {
  readonly models: readonly RegistryEvent[];
  readonly policies: readonly PolicyEvent[];
}

/**
 * Puts events on the chain that are chosen from what happened so far, so that two instances never add the same.
 * @returns what was chosen
 */
export const appendRegistryEvents = <Chosen extends NewEvents>(
  { pool }: Database,
  choose: (log: RegistryLog) => Chosen,
): Promise<Chosen> =>
  withChain(pool, async ({ client, append }) => {
    const chosen = choose(await readRegistryLog(client, emptyLog));
    const bare = { sections: {}, decisionId: null, customerRef: null };
    append([
      ...chosen.models.map((event) => ({ ...bare, kind: 'registry' as const, record: { kind: 'registry', ...event } })),
      ...chosen.policies.map((event) => ({ ...bare, kind: 'policy' as const, record: { kind: 'policy', ...event } })),
    ]);
    return chosen;
  });
