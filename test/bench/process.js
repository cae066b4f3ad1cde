// Runs the source that its first argument names, as the program itself is run.
import { load } from '../../src/built.js';

await load(process.argv.splice(2, 1)[0]);
