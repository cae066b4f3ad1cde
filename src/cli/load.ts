import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { LoadedFrame } from '../../training/dataset/load.ts';
import type { DataSource } from '../../training/dataset/source.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import type { Console, ProgressDisplay } from './output.ts';

const loading: Text = { zh: '读取', en: 'load' };

/** Loads what a user named, showing how much of the file is read. @throws cancelled, and what loading throws */
export const loadSource = async (
  console: Console,
  { dictionary, path }: DataSource,
  { encoding, display, signal }: { encoding?: string | undefined; display: ProgressDisplay; signal: AbortSignal },
): Promise<LoadedFrame> => {
  const { loadFrame } = await import('../../training/dataset/load.ts');
  const { size } = statSync(path);
  return loadFrame(dictionary, path, {
    encoding,
    onProgress: (_, bytesRead) => {
      if (signal.aborted) throw appError('cancelled');
      display.update(console.say(loading), bytesRead, size);
    },
  });
};

/** Lets a signal be heard that came during a long computation. @throws cancelled */
export const hearCancel = async (signal: AbortSignal): Promise<void> => {
  await setImmediate();
  if (signal.aborted) throw appError('cancelled');
};
