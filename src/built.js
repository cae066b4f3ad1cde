import { hash, randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

// Node 20 runs no TypeScript. What runs here is compiled once, at the first start after a change, into few files that
// load in a fraction of the time that the sources one by one would take.

const place = new URL('..', import.meta.url).href;
const root = fileURLToPath(place);
/** Every source that something starts with: the program, its threads, and the processes of benches. */
const STARTS = [
  'src/cli.ts',
  'src/store/pglite-worker.ts',
  'src/usecases/score-worker.ts',
  'training/learners/boosted/boost-worker.ts',
  'training/simulator/stretch-worker.ts',
  'test/bench/http-load.ts',
  'test/bench/http-server.ts',
  'test/bench/rescore-load.ts',
  'test/bench/soak-load.ts',
];
const KEPT_MILLISECONDS = 24 * 3_600_000;
/** How threads are told what the process runs, so that both run the same. */
const SHARED = 'vigil.built';

/**
 * Imports a source as it was compiled, compiling first where anything changed since.
 * @param source path of one of the starts, or its URL
 */
export const load = async (source) => {
  const path = source.startsWith(place) ? source.slice(place.length) : source;
  const { folder, starts } = getEnvironmentData(SHARED) ?? (await settle());
  if (!(path in starts)) throw new Error(`${path} is not among the starts of ${import.meta.url}`);
  return import(pathToFileURL(join(folder, starts[path])).href);
};

const settle = async () => {
  process.setSourceMapsEnabled(true);
  const kept = join(root, 'node_modules', '.cache', 'vigil');
  const built = readBuilt(kept) ?? (await compile(isWritable(kept) ? kept : openPassing()));
  setEnvironmentData(SHARED, built);
  return built;
};

/** What was compiled last, if it was from these sources, in this place. */
const readBuilt = (folder) => {
  try {
    const built = JSON.parse(readFileSync(join(folder, 'built.json'), 'utf8'));
    return built.root === root && built.sources.every(isSame) ? built : null;
  } catch {
    return null;
  }
};

/** A file's size and time tell that it is as it was; where they do not, since it was copied, what stands in it does. */
const isSame = ({ path, stamp, digest }) => stampOf(path) === stamp || digestOf(path) === digest;

const stampOf = (path) => {
  const { size, mtimeMs } = statSync(join(root, path));
  return `${size} ${mtimeMs}`;
};

const digestOf = (path) => hash('sha256', readFileSync(join(root, path)));

/** A file as it is now; its time is read first, so that what is written meanwhile is never taken for what was compiled. */
const note = (path) => ({ path, stamp: stampOf(path), digest: digestOf(path) });

const isWritable = (folder) => {
  try {
    mkdirSync(folder, { recursive: true });
    writeAside(folder, 'writable', '');
    return true;
  } catch {
    return false;
  }
};

/** Where nothing may be kept beside the packages: a folder of this process alone, from which they are found all the same. */
const openPassing = () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-built-'));
  const packages = createRequire(import.meta.url)
    .resolve.paths('esbuild')
    .find((path) => existsSync(join(path, 'esbuild')));
  symlinkSync(packages, join(folder, 'node_modules'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const compile = async (folder) => {
  const { build, stop } = await import('esbuild');
  const own = note(import.meta.url.slice(place.length));
  const compiled = new Map([[own.path, own]]);
  const entryPoints = STARTS.filter((path) => existsSync(join(root, path)));
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'error',
    plugins: [createPlaces(compiled)],
  });
  await stop();
  // Names say what is in a file, so that it is never written in two ways, and starts at the same time disturb no other.
  for (const { path, contents } of outputFiles) {
    if (existsSync(path)) utimesSync(path, new Date(), new Date());
    else writeAside(folder, basename(path), contents);
  }
  const starts = Object.entries(metafile.outputs).flatMap(([path, { entryPoint }]) =>
    entryPoints.includes(entryPoint) ? [[entryPoint, basename(path)]] : [],
  );
  const built = {
    root,
    folder,
    starts: Object.fromEntries(starts),
    sources: [...compiled.values()],
  };
  writeAside(folder, 'built.json', JSON.stringify(built));
  for (const name of readdirSync(folder)) dropOld(join(folder, name));
  return built;
};

/**
 * What a source knows of its own place stays true of it, and what was not delivered is missed only by who asks for it.
 * @param compiled takes what each source was when it was read
 */
const createPlaces = (compiled) => ({
  name: 'places',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\/test\/bench\// }, ({ path, resolveDir }) =>
      existsSync(resolve(resolveDir, path)) ? null : { path, external: true },
    );
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const noted = note(relative(root, path));
      const text = await readFile(path, 'utf8');
      compiled.set(noted.path, noted);
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' };
    });
  },
});

/** Writes a file that is there whole or not at all. */
const writeAside = (folder, name, contents) => {
  const aside = join(folder, `${name}.${randomUUID()}`);
  writeFileSync(aside, contents);
  renameSync(aside, join(folder, name));
};

/** Files of earlier builds stay for a while, since a service that runs may still ask for them. */
const dropOld = (path) => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() && Date.now() - found.mtimeMs > KEPT_MILLISECONDS) rmSync(path, { force: true });
};
