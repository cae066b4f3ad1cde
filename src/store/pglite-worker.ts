import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import type { HolderWord } from './home.ts';
import { type Holding, holdNumber, releaseNumber } from './home-socket.ts';
import { openPglite } from './pglite.ts';
import { createSessionServer } from './session-server.ts';

/** Connections the holder serves at once: its own pool and the commands that run beside it. */
const MOST_CONNECTIONS = 64;
const IDLE_MILLISECONDS = 30_000;

const holding = workerData as Holding;
const say = (word: HolderWord): void => parentPort?.postMessage(word);

/** Ends this thread, and with it every connection: the home is opened again by whoever keeps it. */
const die = (): never => process.exit(1);

/** The socket is bound before the folder is opened, since binding it is what takes the home; until then queries wait. */
let open: (database: PGlite) => void = () => undefined;
const session = new Promise<PGlite>((resolve) => {
  open = resolve;
});
const server = createSessionServer({
  session,
  onDead: die,
  mostConnections: MOST_CONNECTIONS,
  idleMilliseconds: IDLE_MILLISECONDS,
});

const take = async (): Promise<void> => {
  try {
    if (!(await holdNumber(server, holding))) return say('taken');
    const database = await openPglite(join(holding.home, 'pg'), die);
    parentPort?.once('message', async () => {
      await database.close();
      releaseNumber(holding);
      say('closed');
    });
    open(database);
    say('ready');
  } catch (cause) {
    say({ fault: (cause as NodeJS.ErrnoException).code ?? (cause as Error).message });
  }
};

await take();
