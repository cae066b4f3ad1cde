import { Socket } from 'node:net';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { AppError, appError } from '../errors.ts';
import { type DatabaseAddress, orDatabaseFault, toDatabaseFault } from './database-fault.ts';
import { PrismaClient } from './generated/client.ts';
import { type KeptHome, keepHome } from './home.ts';
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
  /** Whether it is the database of a home that another process holds. */
  readonly isGuest: boolean;
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  /** A fault of the database's surroundings (network, rights, disk) as one of the table; anything else as it is. */
  toFault(cause: unknown): unknown;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 10;
/** A database that does not let us in by then is not available; one in a home may have to be made first. */
const CONNECT_MILLISECONDS = 5_000;
const OPEN_MILLISECONDS = 60_000;
/** A statement that is not answered by then is given up; verifying and backing up read in pages. */
const QUERY_MILLISECONDS = 20_000;
/** How often a guest looks again for the holder of a home that was just given up. */
const GUEST_TRIES = 5;

/**
 * Opens the database and brings its tables up to date.
 * @throws home_unusable, home_in_use, database_unavailable, database_newer
 */
export const openDatabase = async (settings: DatabaseSettings): Promise<Database> => {
  const { held, address, connection } = await connect(settings);
  const pool = new pg.Pool({
    ...connection,
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    query_timeout: QUERY_MILLISECONDS,
  });
  guardPool(pool);
  const prisma = createPrisma(pool);
  return {
    kind: held ? 'embedded' : 'postgresql',
    isGuest: held?.isHolder === false,
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

/** A connection that is lost fails what is asked through it; told of by itself it would end the process. */
const guardPool = (pool: pg.Pool): void => {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
};

interface Connected {
  readonly held: KeptHome | null;
  /** Which server it is; null for the database of a home. */
  readonly address: DatabaseAddress | null;
  readonly connection: pg.PoolConfig;
}

const connect = ({ url, home, isService = false }: DatabaseSettings): Promise<Connected> =>
  url === undefined ? connectToHome(home, isService) : connectToServer(url);

/** Connects once before anything else, so that what is wrong with an address is said at once and plainly. */
const connectToServer = async (url: string): Promise<Connected> => {
  const connection = { connectionString: url, keepAlive: true };
  let address: DatabaseAddress = { host: '', port: 0, user: '', database: '' };
  try {
    const { host, port, user, database } = new pg.Client(connection);
    address = { host, port, user: user ?? '', database: database ?? '' };
    await prepare({ ...connection, connectionTimeoutMillis: CONNECT_MILLISECONDS });
    return { held: null, address, connection };
  } catch (cause) {
    throw toUnavailable(cause, address);
  }
};

/** A guest that comes when the holder leaves looks again. */
const connectToHome = async (home: string, isService: boolean): Promise<Connected> => {
  for (let tries = 1; ; tries++) {
    const held = await keepHome(home, isService);
    const stream = () => socketTo(held.socket());
    const connection = { user: 'postgres', database: 'postgres', stream };
    try {
      await prepare({ ...connection, connectionTimeoutMillis: OPEN_MILLISECONDS });
      return { held, address: null, connection };
    } catch (cause) {
      await held.close();
      const fault = toUnavailable(cause, null);
      if (held.isHolder || tries === GUEST_TRIES || fault.code !== 'database_unavailable') throw fault;
    }
  }
};

/** Brings the tables up to date, for which a statement may take its time. */
const prepare = async (connection: pg.PoolConfig): Promise<void> => {
  const pool = new pg.Pool({ ...connection, max: 1 });
  guardPool(pool);
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
};

const toUnavailable = (cause: unknown, address: DatabaseAddress | null): AppError => {
  const fault = toDatabaseFault(cause, address);
  return fault instanceof AppError
    ? fault
    : appError('database_unavailable', { problem: describeFault(cause) }, { cause });
};

/** Prisma whose faults are of our table where the database is not there. */
const createPrisma = (pool: pg.Pool): PrismaClient => {
  const client = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal' });
  return client.$extends({
    query: {
      $allOperations: ({ args, query }) => orDatabaseFault(query(args)),
    },
  }) as unknown as PrismaClient;
};

/** A socket that connects to one path, whatever it is told: the driver knows only absolute folders. */
const socketTo = (path: string): Socket => {
  const socket = new Socket();
  const connect = socket.connect.bind(socket);
  return Object.assign(socket, { connect: () => connect(path) });
};
