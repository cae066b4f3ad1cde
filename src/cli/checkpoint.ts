import { Command, Option } from 'commander';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Text } from '../domain/text.ts';
import type { Database } from '../store/database.ts';
import { withOutput } from '../store/writing.ts';
import { withDatabase } from './database.ts';
import type { Console } from './output.ts';

interface CheckpointOptions {
  readonly out?: string;
  readonly list?: boolean;
}

/** `vigil checkpoint`: signed statements of where the chain stands. */
export const checkpointCommand = (console: Console): Command => {
  const { say } = console;
  const list = say({ zh: '列出全部检查点，不新建', en: 'list every checkpoint and make none' });
  return new Command('checkpoint')
    .description(
      say({
        zh: '为上一个检查点之后的记录签名；请把最后一个检查点另存他处，以便发现链尾被截断。',
        en: 'Sign checkpoints over the records since the last one; keep the last elsewhere to find cut tails.',
      }),
    )
    .option(
      '--out <file>',
      say({ zh: '把最后一个检查点写入此文件（JSON）', en: 'write the last checkpoint here as JSON' }),
    )
    .addOption(new Option('--list', list).conflicts('out'))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: CheckpointOptions) =>
      withDatabase(console, (database) =>
        options.list ? listAll(console, database) : makeAll(console, database, options.out),
      ),
    );
};

const listAll = async (console: Console, { pool }: Database): Promise<void> => {
  const { readCheckpoints } = await import('../store/checkpoints.ts');
  for await (const page of readCheckpoints(pool)) {
    for (const checkpoint of page) console.result(checkpoint, console.say(describe(checkpoint)));
  }
};

const makeAll = async (console: Console, database: Database, out: string | undefined): Promise<void> => {
  const { openCheckpointKey } = await import('../store/checkpoint-key.ts');
  const { readLastCheckpoint } = await import('../store/checkpoints.ts');
  const { createCheckpoints } = await import('../usecases/checkpoints.ts');
  const key = openCheckpointKey(console.config);
  const made = await createCheckpoints(database, { key, now: () => new Date() });
  const last = await readLastCheckpoint(database.pool);
  if (!last) return console.result({ made: 0, last }, console.say(nothingYet));
  if (out !== undefined) await withOutput(out, ({ write }) => write(toText(last)));
  console.result({ made: made.length, last }, console.say(report(made.length, last, out)));
};

const nothingYet: Text = {
  zh: '还没有可覆盖的记录，未写入任何内容。',
  en: 'There are no records to cover yet; nothing was written.',
};

const describe = ({ fromSeq, sequence, time, publicKey }: Checkpoint): Text => ({
  zh: `检查点 ${sequence}：记录 ${fromSeq} 至 ${sequence}，${time}，公钥 ${publicKey}`,
  en: `checkpoint ${sequence}, records ${fromSeq} to ${sequence}, ${time}, signed by ${publicKey}`,
});

const report = (made: number, last: Checkpoint, out: string | undefined): Text => {
  const { zh, en } = describe(last);
  const kept =
    out === undefined
      ? { zh: '', en: '' }
      : {
          zh: `\n最后一个检查点已写入 ${out}；请存放在此数据库之外。`,
          en: `\nThe last one is in ${out}; keep it where this database cannot be reached.`,
        };
  return {
    zh: `新建检查点 ${made} 个。最后一个：${zh}。${kept.zh}`,
    en: `New checkpoints: ${made}. The last: ${en}.${kept.en}`,
  };
};

const toText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** `vigil prove`: that one decision's record is on the chain, without showing any other. */
export const proveCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('prove')
    .description(
      say({
        zh: '用到已签名检查点的路径证明一个决策的记录；不泄露其他客户。',
        en: "Prove a decision's record by its path to a signed checkpoint; shows no other customer.",
      }),
    )
    .argument('<decision>')
    .option(
      '--out <file>',
      say({ zh: '把证明写入此文件，而不是打印', en: 'write the proof here instead of printing it' }),
    )
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((decisionId: string, { out }: { out?: string }) =>
      withDatabase(console, async (database) => {
        const { proveDecision } = await import('../usecases/checkpoints.ts');
        const proof = await proveDecision(database, decisionId);
        if (out === undefined) return console.result(proof, toText(proof).trimEnd());
        await withOutput(out, ({ write }) => write(toText(proof)));
        const text = say({
          zh: `记录 ${proof.seq} 的证明已写入 ${out}；请用 vigil verify --proof ${out} 校验。`,
          en: `The proof of record ${proof.seq} is in ${out}; check it with vigil verify --proof ${out}.`,
        });
        console.result({ decisionId, seq: proof.seq, out }, text);
      }),
    );
};
