import type { Command } from 'commander';
import { actorLabel } from './arguments.ts';
import type { Console } from './output.ts';

/** Who does it: on the database here by a label, or through a service by a key. */
export interface Where {
  readonly actor?: string;
  readonly url?: string;
}

/** Lets a command say who does it and where. */
export const addWhere = (command: Command, { say }: Console): Command =>
  command
    .option(
      '--actor <label>',
      say({
        zh: '本地操作的署名；未经身份验证，不能用于批准',
        en: 'a label for local work; it is not authenticated and can never approve',
      }),
      actorLabel('--actor'),
    )
    .option(
      '--url <address>',
      say({
        zh: '由该服务执行，密钥取自 VIGIL_API_KEY；默认直接操作本地数据库',
        en: 'let this service do it, with the key of VIGIL_API_KEY (default: the database itself)',
      }),
    );
