#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { load } from './built.js';

// TensorFlow's native library reads this itself and would otherwise write its own news among ours.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
// Settings may lie in a file; what the environment says wins.
if (existsSync('.env')) process.loadEnvFile('.env');
const { run } = await load('src/cli.ts');
process.exitCode = await run(process.argv, process.env);
