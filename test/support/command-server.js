// Runs one command line after the other, as the executable would each, and answers what became of it: a process of its
// own for each would only load the same modules anew. Ends with the test file that started it.
import { load } from '../../src/built.js';

process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
const { run } = await load('src/cli.ts');
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);

const capture = (said, stream) => {
  process[stream].write = (chunk, encoding, callback) => {
    said[stream] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
};

process.on('message', async ({ args, cwd, env }) => {
  const said = { stdout: '', stderr: '' };
  capture(said, 'stdout');
  capture(said, 'stderr');
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  const code = await run(['node', 'vigil', ...args], process.env);
  process.send({ code, ...said });
});
process.on('disconnect', () => process.exit());
process.send('ready');
