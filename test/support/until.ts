/** Waits until something is so, at most some seconds. @returns how long it took, in milliseconds */
export const until = async (isSo: () => Promise<boolean>): Promise<number> => {
  const started = performance.now();
  while (!(await isSo())) {
    if (performance.now() - started > 15_000) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - started;
};
