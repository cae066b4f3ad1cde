import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { Checkpoint, type Proof } from '../../src/domain/checkpoint.ts';
import { openDatabase } from '../../src/store/database.ts';
import { interruptVigil, linesOf, type Ran, runVigil } from '../support/cli.ts';
import { appendMadeUp } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';

const files = useFolder();
const cwd = files.path;
const example = fileURLToPath(new URL('../../data/taiwan-credit-card/example.json', import.meta.url));

const vigil = (...args: string[]): Promise<Ran> => runVigil(args, { cwd });
const inHome = (home: string, ...args: string[]): Promise<Ran> =>
  runVigil(args, { cwd, env: { VIGIL_HOME: join(cwd, home) } });

/** What a command says on standard error beside its progress. */
const faultsOf = ({ stderr }: Ran): string[] =>
  linesOf(stderr).filter((line) => !/^(verify|backup|restore): .*%$/.test(line));

const expectFault = (ran: Ran, code: number, word: RegExp): void => {
  expect({ code: ran.code, stdout: ran.stdout, faults: faultsOf(ran) }).toEqual({
    code,
    stdout: '',
    faults: [expect.stringMatching(word)],
  });
};

const expectDone = (ran: Ran, word: RegExp): void => {
  expect({ code: ran.code, faults: faultsOf(ran) }).toEqual({ code: 0, faults: [] });
  expect(ran.stdout).toMatch(word);
};

const predict = async (customer: string): Promise<string> => {
  const ran = await vigil('predict', '--customer', customer, '--in', example, '--json');
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout).decisionId;
};

/** What verify says of the records there were at first. */
const overAll = () => new RegExp(`^The chain holds over ${checkpoint.sequence} records`);

let decisionId: string;
let checkpoint: Checkpoint;
beforeAll(async () => {
  decisionId = await predict('A');
  await predict('B');
  expectDone(
    await vigil('checkpoint', '--out', 'checkpoint.json'),
    /^New checkpoints: 1\. .*\nThe last one is in checkpoint\.json/,
  );
  checkpoint = Checkpoint.parse(JSON.parse(readFileSync(join(cwd, 'checkpoint.json'), 'utf8')));
});

describe('vigil checkpoint and vigil prove', () => {
  it('list what was signed, and prove one record to somebody without the database', async () => {
    const listed = await vigil('checkpoint', '--list', '--json');
    expect(linesOf(listed.stdout).map((line) => JSON.parse(line))).toEqual([checkpoint]);
    expectDone(await vigil('prove', decisionId, '--out', 'proof.json'), /^The proof of record \d+ is in proof\.json/);
    const elsewhere = files.folder();
    const proof = join(cwd, 'proof.json');
    const keys = ['--public-key', checkpoint.publicKey];
    expectDone(await runVigil(['verify', '--proof', proof, ...keys], { cwd: elsewhere }), new RegExp(decisionId));
    expect(readdirSync(elsewhere)).toEqual([]);
    const content = JSON.parse(readFileSync(proof, 'utf8')) as Proof;
    const forged = files.write(
      'forged.json',
      JSON.stringify({ ...content, text: content.text.replace('medium', 'low') }),
    );
    expectFault(await vigil('verify', '--proof', forged), 1, /not in the Merkle tree .*\(proof_broken\)$/);
    expectFault(await vigil('verify', '--proof', proof, '--public-key', 'ab'.repeat(32)), 1, /signed by another key/);
    expectFault(await vigil('verify', '--proof', proof, '--public-key', 'nonsense'), 2, /64 hex digits/);
    expectFault(await vigil('verify', '--proof', proof, '--backup', 'b.gz'), 2, /cannot be used with/);
    expectFault(await vigil('prove', 'nobody'), 4, /decision_missing/);
  });
});

describe('vigil backup and vigil restore', () => {
  it('write one file that verifies by itself, against the checkpoint kept elsewhere too', async () => {
    expectDone(
      await vigil('backup', '--out', 'backup.gz'),
      new RegExp(`^${checkpoint.sequence} records backed up into backup\\.gz`),
    );
    expectDone(await vigil('verify', '--backup', 'backup.gz', '--checkpoint', 'checkpoint.json'), overAll());
  });

  it('refuse what is no backup before a home is made for it', async () => {
    expectFault(await inHome('other', 'restore', '--in', 'checkpoint.json'), 2, /not made by vigil backup/);
    expectFault(await inHome('other', 'restore', '--in', 'none.gz'), 4, /none\.gz.*\(file_missing\)$/);
    expect(existsSync(join(cwd, 'other'))).toBe(false);
  });

  it('carry everything into a new home', async () => {
    expectDone(
      await inHome('restored', 'restore', '--in', 'backup.gz'),
      new RegExp(`^${checkpoint.sequence} records restored`),
    );
    expectDone(await inHome('restored', 'replay', decisionId), /: same$/m);
  });

  it('make a home that verifies, and that nothing is restored into again', async () => {
    expectDone(await inHome('restored', 'verify', '--checkpoint', 'checkpoint.json'), overAll());
    const again = await inHome('restored', 'restore', '--in', 'backup.gz');
    expectFault(again, 3, /already has rows .*\(database_not_empty\)$/);
  });

  it('show what a backup lost since: the first record that is gone, in both languages', async () => {
    await predict('C');
    await vigil('checkpoint', '--out', 'later.json');
    const args = ['verify', '--backup', 'backup.gz', '--checkpoint', 'later.json'];
    const gone = checkpoint.sequence + 1;
    expectFault(
      await vigil(...args),
      1,
      new RegExp(`broken at record ${gone}: the chain was cut here.*\\(chain_broken\\)$`),
    );
    expectFault(
      await runVigil(args, { cwd, env: { VIGIL_LOCALE: 'zh' } }),
      1,
      new RegExp(`第 ${gone} 条记录处断裂：链在此之后被截断`),
    );
    const changed = files.write('changed.json', JSON.stringify({ ...checkpoint, sequence: 1 }));
    expectFault(await vigil('verify', '--checkpoint', changed), 1, /signature .* does not fit .*\(proof_broken\)$/);
    expectFault(await vigil('verify', '--checkpoint', example), 2, /\(bad_artifact\)$/);
  });

  it('work beside a holder of the home, and leave nothing behind when Ctrl-C stops them', async () => {
    const folder = files.folder();
    mkdirSync(join(folder, '.vigil'));
    const database = await openDatabase({ url: undefined, home: join(folder, '.vigil') });
    for (let batch = 0; batch < 40; batch++) {
      const ids = Array.from({ length: 100 }, (_, index) => `${batch}-${index}`);
      await appendMadeUp(database, ids, 'x'.repeat(20_000));
    }
    const ran = await interruptVigil(['backup', '--out', 'b.gz'], {
      cwd: folder,
      when: /backup: .*%/,
      signal: 'SIGINT',
    });
    expect({ code: ran.code, faults: faultsOf(ran) }).toEqual({
      code: 130,
      faults: [expect.stringContaining('(cancelled)')],
    });
    expect(readdirSync(folder)).toEqual(['.vigil']);
    expectDone(await runVigil(['backup', '--out', 'b.gz'], { cwd: folder }), /^4000 records/);
    await database.close();
    expect(existsSync(join(folder, 'b.gz'))).toBe(true);
  });
});
