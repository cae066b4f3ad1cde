// What any service of this kind needs: Express that echoes, and PGlite opened in a worker; as plain as it gets.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const { default: express } = await import('express');
  const worker = new Worker(new URL(import.meta.url), { workerData: process.argv[2] });
  worker.once('message', () => {
    const app = express();
    app.use(express.json());
    app.post('/', (req, res) => void res.json(req.body));
    const server = app.listen(0, '127.0.0.1', () =>
      console.log(JSON.stringify({ listening: `http://127.0.0.1:${server.address().port}` })),
    );
  });
  process.once('SIGTERM', () => {
    worker.postMessage('close');
    worker.once('message', () => process.exit(0));
  });
} else {
  const { PGlite } = await import('@electric-sql/pglite');
  const database = await PGlite.create({ dataDir: workerData });
  parentPort.once('message', async () => {
    await database.close();
    parentPort.postMessage('closed');
  });
  parentPort.postMessage('open');
}
