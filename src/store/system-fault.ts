import type { Text } from '../domain/text.ts';

const known: Readonly<Record<string, Text>> = {
  ENOENT: { zh: '没有这个文件或目录', en: 'there is no such file' },
  EISDIR: { zh: '这是一个目录', en: 'it is a folder' },
  ENOTDIR: { zh: '路径中有一段不是目录', en: 'a part of its path is no folder' },
  EACCES: { zh: '没有权限', en: 'permission denied' },
  EPERM: { zh: '没有权限', en: 'permission denied' },
  EROFS: { zh: '磁盘只读', en: 'the disk is read-only' },
  ENOSPC: { zh: '磁盘已满', en: 'the disk is full' },
  ECONNREFUSED: { zh: '连接被拒绝', en: 'the connection was refused' },
  Z_DATA_ERROR: { zh: '压缩数据已损坏', en: 'its compressed data is damaged' },
  Z_BUF_ERROR: { zh: '压缩数据不完整', en: 'its compressed data is cut short' },
};

/** Words what the operating system or a library threw: a known code in both languages, anything else quoted as it is. */
export const describeFault = (cause: unknown): Text => {
  const { code, message } = cause as NodeJS.ErrnoException;
  const quoted = message || String(code ?? cause);
  return known[code ?? ''] ?? { zh: `系统返回“${quoted}”`, en: quoted };
};
