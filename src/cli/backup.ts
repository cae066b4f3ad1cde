import { Command } from 'commander';
import { withDatabase } from './database.ts';
import { type Console, withProgress } from './output.ts';

/** `vigil backup`: everything that is kept, as it stands now, in one file. */
export const backupCommand = (console: Console): Command =>
  new Command('backup')
    .description('Write everything that is kept, as it stands now, into one file (gzip), personal parts included.')
    .requiredOption('--out <file>', 'where the backup goes')
    .option('--json', 'print JSON')
    .action(async ({ out: file }: { out: string }) => {
      const { backupDatabase } = await import('../usecases/backup.ts');
      const now = () => new Date();
      const { counts, head } = await withProgress(console, 'backup', (work) =>
        withDatabase(console, (database) => backupDatabase(database, { file, now }, work)),
      );
      console.result(
        { out: file, counts, head },
        `${head.seq} records backed up into ${file}; check it with vigil verify --backup ${file}.`,
      );
    });

/** `vigil restore`: a backup into an empty database. */
export const restoreCommand = (console: Console): Command =>
  new Command('restore')
    .description('Restore a backup into an empty database, all or nothing; the chain is verified and goes on.')
    .requiredOption('--in <file>', 'the backup')
    .option('--json', 'print JSON')
    .action(async ({ in: file }: { in: string }) => {
      const { checkBackup, restoreBackup } = await import('../usecases/backup.ts');
      await checkBackup(file);
      const { counts, head } = await withProgress(console, 'restore', (work) =>
        withDatabase(console, (database) => restoreBackup(database, file, work)),
      );
      console.result({ in: file, counts, head }, `${head.seq} records restored from ${file}; the chain holds.`);
    });
