import { Command } from 'commander';
import type { Text } from '../domain/text.ts';
import { createLogger } from '../logger.ts';
import type { Service } from '../main.ts';
import { modelFolders } from '../store/folders.ts';
import { wholeNumber } from './arguments.ts';
import type { Console } from './output.ts';
import { readVersion } from './version.ts';

interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly models?: string;
}

/** `vigil serve`: decides over HTTP until it is told to stop. */
export const serveCommand = (console: Console): Command => {
  const { say } = console;
  return new Command('serve')
    .description(
      say({
        zh: '通过 HTTP 提供决策：先存储再答复。',
        en: 'Serve decisions over HTTP: stored before they are answered.',
      }),
    )
    .option(
      '--host <address>',
      say({ zh: '监听地址（VIGIL_HOST，默认 127.0.0.1）', en: 'where to listen (VIGIL_HOST, default 127.0.0.1)' }),
    )
    .option(
      '--port <number>',
      say({
        zh: '端口，0 表示任意空闲端口（VIGIL_PORT，默认 8080）',
        en: 'the port, 0 for any free one (VIGIL_PORT, default 8080)',
      }),
      wholeNumber('--port', { least: 0, most: 65_535 }),
    )
    .option('--models <folder>', say({ zh: '模型目录', en: 'folder of models' }))
    .option('--json', say({ zh: '输出 JSON', en: 'print JSON' }))
    .action((options: ServeOptions) => runServe(console, options));
};

const runServe = async (console: Console, { host, port, models }: ServeOptions): Promise<void> => {
  const { startService } = await import('../main.ts');
  const stop = whenTold();
  const { config } = console;
  const logger = createLogger(config.logLevel);
  const service = await startService({
    config: { ...config, host: host ?? config.host, port: port ?? config.port },
    modelFolders: modelFolders(models),
    version: readVersion(),
    logger,
    openSimulator: async () => (await import('./demo-simulator.ts')).simulator,
  });
  const hello = await greet(service, console);
  console.result(hello.value, hello.text);
  for (const { fault } of [...service.faults, ...service.live.faults()]) console.warn(fault);
  await stop;
  await service.stop();
  logger.flush();
};

/** Resolves at the first signal to stop; a second one ends the process at once. */
const whenTold = (): Promise<void> =>
  new Promise((resolve) => {
    const tell = () => {
      resolve();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, tell);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, tell);
  });

const phrases = {
  listening: { zh: 'Vigil 已启动', en: 'Vigil listens at' },
  docs: { zh: '接口文档', en: 'API' },
  data: { zh: '数据保存在', en: 'Data lies in' },
  postgresql: { zh: 'DATABASE_URL 指定的 PostgreSQL', en: 'the PostgreSQL of DATABASE_URL' },
  durable: {
    zh: '（内嵌数据库：进程崩溃不丢数据，断电可能丢失）',
    en: '(embedded database: survives the death of the process, not a loss of power)',
  },
  try: { zh: '试一试', en: 'Try it' },
  demo: {
    zh: '演示：数据库中是模拟客户（SIM-000001 起），在后台载入；vigil demo 查看，vigil demo clear 清除，VIGIL_DEMO=0 不载入',
    en: 'Demo: its customers are simulated (SIM-000001 and on), and load in the background; vigil demo shows them, vigil demo clear removes them, VIGIL_DEMO=0 leaves them out',
  },
  key: { zh: '（请换成您的密钥）', en: '(put your key in)' },
  none: {
    zh: '没有已上线的模型；请先训练并以“名称@版本”调用。',
    en: 'No model is live; train one and call it as name@version.',
  },
} as const satisfies Record<string, Text>;

/** What a person needs first: the address, where data lies, and a request that works. */
const greet = async (service: Service, { config, say }: Console): Promise<{ value: object; text: string }> => {
  const { host, port } = service.address;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const isEmbedded = service.database.kind === 'embedded';
  const data = isEmbedded ? config.home : say(phrases.postgresql);
  const curl = await exampleCall(service, { url, hasKeys: config.apiKeys.size > 0 });
  const lines = [
    `${say(phrases.listening)} ${url}`,
    `  ${say(phrases.docs)}: ${url}/docs`,
    `  ${say(phrases.data)} ${data} ${isEmbedded ? say(phrases.durable) : ''}`.trimEnd(),
    ...(service.hasDemo ? [`  ${say(phrases.demo)}`] : []),
    `  ${say(phrases.try)}${config.apiKeys.size > 0 ? say(phrases.key) : ''}:`,
    curl ?? `  ${say(phrases.none)}`,
  ];
  return {
    value: { listening: url, data, curl, ...(service.hasDemo ? { simulated: true } : {}) },
    text: lines.join('\n'),
  };
};

interface Calling {
  readonly url: string;
  readonly hasKeys: boolean;
}

/** A request for a made-up customer of the current model: every number at its median, every category its commonest. */
const exampleCall = async ({ live }: Service, { url, hasKeys }: Calling): Promise<string | null> => {
  const resolved = await live.resolve({ model: undefined, segment: null }).catch(() => null);
  if (!resolved) return null;
  const { plan } = resolved.live;
  const features = Object.fromEntries(
    plan.features.columns.map(({ name, decimals }) => {
      const column = plan.model.columns.find((each) => each.name === name);
      const median = column?.quantiles?.[50];
      const common = column?.categories?.toSorted((a, b) => b.count - a.count)[0]?.value;
      return [name, common ?? (median === undefined ? null : median / 10 ** decimals)];
    }),
  );
  const body = JSON.stringify({ customerId: 'C-1001', purpose: 'monitoring', features });
  return [
    `  curl -s ${url}/v1/predict \\`,
    ...(hasKeys ? ["    -H 'Authorization: Bearer YOUR-KEY' \\"] : []),
    "    -H 'Content-Type: application/json' \\",
    `    -d '${body}'`,
  ].join('\n');
};
