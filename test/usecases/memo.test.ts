import { describe, expect, it } from 'vitest';
import { createShared } from '../../src/usecases/memo.ts';

describe('shared work', () => {
  it('runs once for all who ask for the same, and never two at a time', async () => {
    const share = createShared<string>();
    let [runs, running, most] = [0, 0, 0];
    const work = async (): Promise<string> => {
      runs++;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return `run ${runs}`;
    };
    const asked = ['a', 'a', 'b', 'a', 'b'].map((key) => share(key, work));
    expect(await Promise.all(asked)).toEqual(['run 1', 'run 1', 'run 2', 'run 1', 'run 2']);
    expect(most).toBe(1);
    expect(await share('a', work)).toBe('run 3');
  });

  it('goes on after a fault, which only those meet who asked for it', async () => {
    const share = createShared<string>();
    const failing = share('a', () => Promise.reject(new Error('no')));
    const next = share('b', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
    expect(await share('a', async () => 'again')).toBe('again');
  });
});
