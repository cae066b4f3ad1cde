import { Socket } from 'node:net';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { AppError, appError } from '../errors.ts';
import { type DatabaseAddress, toDatabaseFault } from './database-fault.ts';
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
  /** A fault of the database's surroundings (network, rights, disk) as one of the table; anything else as it is. */
  toFault(cause: unknown): unknown;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 10;
/** A database that does not let us in by then is not available. */
const CONNECT_MILLISECONDS = 5_000;
/** A statement that is not answered by then is given up; verifying and backing up read in pages. */
const QUERY_MILLISECONDS = 60_000;

/**
 * Opens the database and brings its tables up to date.
 * @throws home_unusable, home_in_use, database_unavailable, database_newer
 */
export const openDatabase = async ({ url, home, isService = false }: DatabaseSettings): Promise<Database> => {
  const address = url === undefined ? null : await reachServer(url);
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
    throw toUnavailable(cause, address);
  }
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    kind: held ? 'embedded' : 'postgresql',
    prisma,
    pool,
    toFault: (cause) => toDatabaseFault(cause, address),
    async close() {
      await prisma.$disconnect();
      await pool.end();
      await held?.close();
    },
  };
};

/** Connects once, so that what is wrong with an address is said at once and plainly. */
const reachServer = async (url: string): Promise<DatabaseAddress> => {
  let address: DatabaseAddress = { host: '', port: 0, user: '', database: '' };
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MILLISECONDS });
    address = { host: client.host, port: client.port, user: client.user ?? '', database: client.database ?? '' };
    await client.connect();
    await client.end();
    return address;
  } catch (cause) {
    throw toUnavailable(cause, address);
  }
};

const toUnavailable = (cause: unknown, address: DatabaseAddress | null): AppError => {
  const fault = toDatabaseFault(cause, address);
  return fault instanceof AppError
    ? fault
    : appError('database_unavailable', { problem: describeFault(cause) }, { cause });
};

/** A socket that connects to one path, whatever it is told: the driver knows only absolute folders. */
const socketTo = (path: string): Socket => {
  const socket = new Socket();
  const connect = socket.connect.bind(socket);
  return Object.assign(socket, { connect: () => connect(path) });
};
