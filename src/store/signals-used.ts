import { SignalsUsed } from '../domain/signal.ts';
import type { Database } from './database.ts';
import { orDatabaseFault } from './database-fault.ts';
import { withChain } from './records.ts';

const LAST = `SELECT text FROM records WHERE kind = 'signals' AND kind <> 'decision' ORDER BY seq DESC LIMIT 1`;

/** The policy of signals that was put in use last; null where none was. @throws database_unavailable */
export const readSignalsUsed = async ({ pool }: Pick<Database, 'pool'>): Promise<SignalsUsed | null> => {
  const { rows } = await orDatabaseFault(pool.query<{ text: string }>(LAST));
  const [last] = rows;
  if (!last) return null;
  const { kind: _, digests: __, ...event } = JSON.parse(last.text);
  return SignalsUsed.parse(event);
};

/** Puts on the chain that a policy of signals is in use. @throws database_unavailable */
export const appendSignalsUsed = ({ pool }: Pick<Database, 'pool'>, event: SignalsUsed): Promise<void> =>
  withChain(pool, ({ append }) =>
    append([
      { kind: 'signals', record: { kind: 'signals', ...event }, sections: {}, decisionId: null, customerRef: null },
    ]),
  );
