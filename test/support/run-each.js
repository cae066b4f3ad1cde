// Runs command lines one after the other in one process, as the executable would each, and prints what became of them:
// a process of its own for each would only load the same modules anew.
import { register } from 'tsx/esm/api';

register();
const { run } = await import('../../src/cli.ts');
process.stdout.setMaxListeners(0);
const results = [];
const write = process.stdout.write;
for (const args of JSON.parse(process.argv[2])) {
  let stdout = '';
  process.stdout.write = (text) => {
    stdout += text;
    return true;
  };
  const code = await run(['node', 'vigil', ...args], process.env);
  process.stdout.write = write;
  results.push({ code, stdout, stderr: '' });
}
process.stdout.write(JSON.stringify(results));
