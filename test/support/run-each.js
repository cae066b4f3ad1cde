// Runs command lines one after the other in one process, as the executable would each, and prints what became of them:
// a process of its own for each would only load the same modules anew.
import { load } from '../../src/built.js';

const { run } = await load('src/cli.ts');
const own = { stdout: process.stdout.write, stderr: process.stderr.write };
process.stdout.setMaxListeners(0);

const capture = (said, stream) => {
  process[stream].write = (text) => {
    said[stream] += text;
    return true;
  };
};

const results = [];
for (const args of JSON.parse(process.argv[2])) {
  const said = { stdout: '', stderr: '' };
  capture(said, 'stdout');
  capture(said, 'stderr');
  process.exitCode = undefined;
  const code = await run(['node', 'vigil', ...args], process.env);
  results.push({ code, ...said });
}
Object.assign(process.stdout, { write: own.stdout });
Object.assign(process.stderr, { write: own.stderr });
process.exitCode = 0;
process.stdout.write(JSON.stringify(results));
