import { Command, Option } from 'commander';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Database } from '../store/database.ts';
import { withOutput } from '../store/writing.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';

interface CheckpointOptions {
  readonly out?: string;
  readonly list?: boolean;
}

/** `vigil checkpoint`: signed statements of where the chain stands. */
export const checkpointCommand = (console: Console): Command =>
  new Command('checkpoint')
    .description('Sign checkpoints over the records since the last one; keep the last elsewhere to find cut tails.')
    .option('--out <file>', 'write the last checkpoint here as JSON')
    .addOption(new Option('--list', 'list every checkpoint and make none').conflicts('out'))
    .option('--json', 'print JSON')
    .action(({ out, list }: CheckpointOptions) =>
      withDatabase(console, (database) => (list ? listAll(console, database) : makeAll(console, database, out))),
    );

const listAll = async (console: Console, { pool }: Database): Promise<void> => {
  const { readCheckpoints } = await import('../store/checkpoints.ts');
  for await (const page of readCheckpoints(pool)) {
    for (const checkpoint of page) console.result(checkpoint, describe(checkpoint));
  }
};

const makeAll = async (console: Console, database: Database, out: string | undefined): Promise<void> => {
  const { openCheckpointKey } = await import('../store/checkpoint-key.ts');
  const { readLastCheckpoint } = await import('../store/checkpoints.ts');
  const { createCheckpoints } = await import('../usecases/checkpoints.ts');
  const key = openCheckpointKey(console.config);
  const made = await createCheckpoints(database, { key, now: () => new Date() });
  const last = await readLastCheckpoint(database.pool);
  if (!last) return console.result({ made: 0, last }, 'There are no records to cover yet; nothing was written.');
  if (out !== undefined) await withOutput(out, ({ write }) => write(toText(last)));
  const written =
    out === undefined ? '' : `\nThe last one is in ${out}; keep it where this database cannot be reached.`;
  console.result(
    { made: made.length, last },
    `New checkpoints: ${made.length}. The last: ${describe(last)}.${written}`,
  );
};

const describe = ({ fromSeq, sequence, time, publicKey }: Checkpoint): string =>
  `checkpoint ${sequence}, records ${fromSeq} to ${sequence}, ${time}, signed by ${publicKey}`;

const toText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** `vigil prove`: that one decision's record is on the chain, without showing any other. */
export const proveCommand = (console: Console): Command =>
  new Command('prove')
    .description("Prove a decision's record by its path to a signed checkpoint; shows no other customer.")
    .argument('<decision>')
    .option('--out <file>', 'write the proof here instead of printing it')
    .option('--json', 'print JSON')
    .action((decisionId: string, { out }: { out?: string }) =>
      withDatabase(console, async (database) => {
        const { proveDecision } = await import('../usecases/checkpoints.ts');
        const proof = await proveDecision(database, decisionId);
        if (out === undefined) return console.result(proof, JSON.stringify(proof, null, 2));
        await withOutput(out, ({ write }) => write(toText(proof)));
        console.result(
          { decisionId, seq: proof.seq, out },
          `The proof of record ${proof.seq} is in ${out}; check it with vigil verify --proof ${out}.`,
        );
      }),
    );
