import type { Database } from '../store/database.ts';
import type { Console } from './output.ts';

/** Opens the database for as long as some work runs. @throws home_unusable, database_unavailable, database_newer */
export const withDatabase = async <Result>(
  { config }: Console,
  work: (database: Database) => Promise<Result>,
): Promise<Result> => {
  const { openDatabase } = await import('../store/database.ts');
  const database = await openDatabase({ url: config.databaseUrl, home: config.home });
  try {
    return await work(database);
  } catch (cause) {
    throw database.toFault(cause);
  } finally {
    await database.close();
  }
};
