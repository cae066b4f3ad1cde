import { Command } from 'commander';
import { withDatabase } from './database.ts';
import { type Console, withProgress } from './output.ts';

/** `vigil backup`: everything that is kept, as it stands now, in one file. */
export const backupCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('backup')
    .description(
      say({
        zh: '把此刻存储的全部内容（含个人数据）备份到一个文件（gzip）。',
        en: 'Write everything that is kept, as it stands now, into one file (gzip), personal data included.',
      }),
    )
    .requiredOption('--out <file>', say({ zh: '备份文件', en: 'where the backup goes' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async ({ out: file }: { out: string }) => {
      const { backupDatabase } = await import('../usecases/backup.ts');
      const now = () => new Date();
      const { counts, head } = await withProgress(console, 'backup', (work) =>
        withDatabase(console, (database) => backupDatabase(database, { file, now }, work)),
      );
      const text = say({
        zh: `已把 ${head.seq} 条记录备份到 ${file}；请用 vigil verify --backup ${file} 校验。`,
        en: `${head.seq} records backed up into ${file}; check it with vigil verify --backup ${file}.`,
      });
      console.result({ out: file, counts, head }, text);
    });
};

/** `vigil restore`: a backup into an empty database. */
export const restoreCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('restore')
    .description(
      say({
        zh: '把备份恢复到空数据库，要么全部恢复，要么什么也不写；恢复后校验审计链。',
        en: 'Restore a backup into an empty database, all or nothing; the chain is verified and goes on.',
      }),
    )
    .requiredOption('--in <file>', say({ zh: '备份文件', en: 'the backup' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action(async ({ in: file }: { in: string }) => {
      const { checkBackup, restoreBackup } = await import('../usecases/backup.ts');
      await checkBackup(file);
      const { counts, head } = await withProgress(console, 'restore', (work) =>
        withDatabase(console, (database) => restoreBackup(database, file, work)),
      );
      const text = say({
        zh: `已从 ${file} 恢复 ${head.seq} 条记录；审计链完整。`,
        en: `${head.seq} records restored from ${file}; the chain holds.`,
      });
      console.result({ in: file, counts, head }, text);
    });
};
