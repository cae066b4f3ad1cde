import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Text } from '../domain/text.ts';

const known: Readonly<Record<string, Text>> = {
  ENOENT: { zh: '没有这个文件或目录', en: 'there is no such file or folder' },
  EISDIR: { zh: '这是一个目录', en: 'it is a folder' },
  ENOTDIR: { zh: '路径中有一段不是目录', en: 'a part of its path is no folder' },
  EEXIST: { zh: '同名文件已存在', en: 'a file of that name is in the way' },
  EACCES: {
    zh: '没有权限，请修改权限或换一个位置',
    en: 'permission denied; change the permissions or choose another place',
  },
  EPERM: {
    zh: '没有权限，请修改权限或换一个位置',
    en: 'permission denied; change the permissions or choose another place',
  },
  EROFS: { zh: '磁盘只读，请换一个可写的位置', en: 'the disk is read-only; choose a place that can be written' },
  ENOSPC: { zh: '磁盘已满，请腾出空间后重试', en: 'the disk is full; free some space and try again' },
  EDQUOT: { zh: '磁盘配额已用完，请腾出空间后重试', en: 'the disk quota is used up; free some space and try again' },
  EMFILE: { zh: '打开的文件过多', en: 'too many files are open' },
  EIO: { zh: '磁盘读写错误，请检查磁盘', en: 'the disk reports an error; check it' },
  ECONNREFUSED: { zh: '连接被拒绝', en: 'the connection was refused' },
  Z_DATA_ERROR: { zh: '压缩数据已损坏', en: 'its compressed data is damaged' },
  Z_BUF_ERROR: { zh: '压缩数据不完整', en: 'its compressed data is cut short' },
};

/**
 * Words what the operating system or a library threw: a known code in both languages, anything else quoted as it is but
 * for the paths the system names; who words a file's fault names the file, and may not say where it lies.
 */
export const describeFault = (cause: unknown): Text => {
  const { code, message, syscall, path } = cause as NodeJS.ErrnoException;
  const said = path === undefined ? message : message.split(`, ${syscall} '`)[0];
  const quoted = said || String(code ?? cause);
  return known[code ?? ''] ?? { zh: `系统返回“${quoted}”`, en: quoted };
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
