import { type Client, createClient, ProblemError } from '../client.ts';
import { type AppError, appError } from '../errors.ts';
import type { Console } from './output.ts';

/** A service that does what is asked. */
export type Remote = Client;

/** Calls a service, with the key of VIGIL_API_KEY. @throws service_refused, service_unreachable, bad_arguments */
export const withService = async <Result>(
  { config }: Console,
  url: string,
  work: (remote: Remote) => Promise<Result>,
): Promise<Result> => {
  const baseUrl = URL.canParse(url) ? new URL(url) : null;
  if (!baseUrl || !/^https?:$/.test(baseUrl.protocol)) {
    const problem = {
      zh: `--url 应为服务地址，例如 http://127.0.0.1:8080，而不是“${url}”`,
      en: `--url takes the address of a service such as http://127.0.0.1:8080, not "${url}"`,
    };
    throw appError('bad_arguments', { problem });
  }
  const { apiKey, locale } = config;
  try {
    return await work(createClient({ baseUrl: url, locale, ...(apiKey === undefined ? {} : { key: apiKey }) }));
  } catch (cause) {
    if (cause instanceof ProblemError) throw toRefused(url, cause);
    if (!(cause instanceof TypeError)) throw cause;
    const { code } = (cause.cause ?? {}) as NodeJS.ErrnoException;
    const said = code ?? cause.message;
    throw appError('service_unreachable', { url, problem: { zh: said, en: said } }, { cause });
  }
};

/** What a service refused, with everything that it named beside. */
const toRefused = (url: string, cause: ProblemError): AppError => {
  const { code, detail, errors } = cause.problem;
  const [first, ...others] = errors.length > 0 ? errors : [{ code, detail }];
  const refuse = (each: { code: string; detail: string }) =>
    appError('service_refused', { url, reply: each.code, problem: { zh: each.detail, en: each.detail } }, { cause });
  return refuse(first ?? { code, detail }).beside(others.map(refuse));
};
