import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Text } from '../domain/text.ts';

const words: Readonly<Record<string, Text>> = {
  ENOSPC: { zh: '磁盘已满，请腾出空间后重试', en: 'the disk is full; free some space and try again' },
  EDQUOT: { zh: '磁盘配额已用完', en: 'the disk quota is used up' },
  EROFS: {
    zh: '所在文件系统只读，请换一个可写的目录',
    en: 'the file system is read-only; choose a folder that can be written',
  },
  EACCES: {
    zh: '没有权限，请修改权限或换一个目录',
    en: 'permission denied; change the permissions or choose another folder',
  },
  EPERM: {
    zh: '没有权限，请修改权限或换一个目录',
    en: 'permission denied; change the permissions or choose another folder',
  },
  ENOENT: { zh: '所在目录不存在', en: 'its folder does not exist' },
  ENOTDIR: { zh: '路径中有一段不是目录', en: 'a part of its path is no folder' },
  EEXIST: { zh: '同名文件已存在', en: 'a file of that name is in the way' },
  EISDIR: { zh: '它是一个目录', en: 'it is a folder' },
  EMFILE: { zh: '打开的文件过多', en: 'too many files are open' },
  EIO: { zh: '磁盘读写错误', en: 'the disk reports an error' },
};

/** A fault of the operating system in words; its code where we have none. */
export const wordSystemFault = (cause: unknown): Text => {
  const { code, message } = cause as NodeJS.ErrnoException;
  const plain = code ?? message ?? 'unknown';
  return words[plain] ?? { zh: plain, en: plain };
};

/** Bytes that a folder must take to count as one that can be written: the database asks for 16 MB at once. */
const PROBE_BYTES = 2 ** 24 + 2 ** 20;

/** Why nothing can be written in a folder, or where it would be made; null where it can. */
export const findRefusal = (folder: string): unknown => {
  if (!existsSync(folder)) return findRefusal(dirname(folder));
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    writeFileSync(probe, new Uint8Array(PROBE_BYTES), { flush: true });
    return null;
  } catch (cause) {
    return cause;
  } finally {
    removeQuietly(probe);
  }
};

const removeQuietly = (file: string): void => {
  try {
    rmSync(file, { force: true });
  } catch {
    return;
  }
};
