import { Socket } from 'node:net';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { appError } from '../errors.ts';
import { PrismaClient } from './generated/client.ts';
import { keepHome } from './home.ts';
import { migrate } from './migrate.ts';
import { describeFault } from './system-fault.ts';

/** Where rows are kept: the embedded database of a home, or PostgreSQL. */
export interface DatabaseSettings {
  readonly url: string | undefined;
  readonly home: string;
  /** Whether it is a service, which holds its home alone. */
  readonly isService?: boolean;
}

/** An open database: Prisma for reading, the pool for the one statement a batch is written with. */
export interface Database {
  readonly kind: 'embedded' | 'postgresql';
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 10;
/** A database that does not let us in by then is not available. */
const CONNECT_MILLISECONDS = 5_000;
/** A statement that is not answered by then is given up; verifying and backing up read in pages. */
const QUERY_MILLISECONDS = 60_000;

/**
 * Opens the database and brings its tables up to date.
 * @throws home_unusable, home_in_use, database_unavailable
 */
export const openDatabase = async ({ url, home, isService = false }: DatabaseSettings): Promise<Database> => {
  const held = url === undefined ? await keepHome(home, isService) : null;
  const pool = new pg.Pool({
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    query_timeout: QUERY_MILLISECONDS,
    ...(held
      ? { user: 'postgres', database: 'postgres', stream: () => socketTo(held.socket()) }
      : { connectionString: url }),
  });
  pool.on('error', () => undefined);
  try {
    await migrate(pool);
  } catch (cause) {
    await pool.end();
    await held?.close();
    throw appError('database_unavailable', { problem: describeFault(cause) }, { cause });
  }
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    kind: held ? 'embedded' : 'postgresql',
    prisma,
    pool,
    async close() {
      await prisma.$disconnect();
      await pool.end();
      await held?.close();
    },
  };
};

/** A socket that connects to one path, whatever it is told: the driver knows only absolute folders. */
const socketTo = (path: string): Socket => {
  const socket = new Socket();
  const connect = socket.connect.bind(socket);
  return Object.assign(socket, { connect: () => connect(path) });
};
