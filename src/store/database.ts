import { Socket } from 'node:net';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { appError } from '../errors.ts';
import { type DatabaseAddress, toDatabaseFault } from './database-fault.ts';
import { PrismaClient } from './generated/client.ts';
import { openHome } from './home.ts';
import { migrate } from './migrate.ts';

/** Where rows are kept: the embedded database of a home, or PostgreSQL. */
export interface DatabaseSettings {
  readonly url: string | undefined;
  readonly home: string;
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
/** How long a server may take to answer at all. */
const ANSWER_MILLISECONDS = 10_000;

/**
 * Opens the database and brings its tables up to date.
 * @throws home_unusable, database_unavailable, database_newer
 */
export const openDatabase = async ({ url, home }: DatabaseSettings): Promise<Database> => {
  const address = url === undefined ? null : await reachServer(url);
  const held = url === undefined ? await openHome(home) : null;
  const pool = new pg.Pool({
    max: MOST_CONNECTIONS,
    ...(held
      ? { user: 'postgres', database: 'postgres', stream: () => socketTo(held.socket) }
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
    toFault: (cause) => toDatabaseFault(cause, address) ?? cause,
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
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MILLISECONDS });
    address = { host: client.host, port: client.port, user: client.user ?? '', database: client.database ?? '' };
    await client.connect();
    await client.end();
    return address;
  } catch (cause) {
    throw toUnavailable(cause, address);
  }
};

const toUnavailable = (cause: unknown, address: DatabaseAddress | null): unknown => {
  const { message } = cause as Error;
  return (
    toDatabaseFault(cause, address) ??
    appError('database_unavailable', { problem: { zh: message, en: message } }, { cause })
  );
};

/** A socket that connects to one path, whatever it is told: the driver knows only absolute folders. */
const socketTo = (path: string): Socket => {
  const socket = new Socket();
  const connect = socket.connect.bind(socket);
  return Object.assign(socket, { connect: () => connect(path) });
};
