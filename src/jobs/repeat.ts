/** Work done over and over while the service runs, never twice at once. @returns what ends it, once what runs is done */
export const repeat = (
  work: () => Promise<unknown>,
  milliseconds: number,
  failed: (fault: unknown) => void,
): (() => Promise<void>) => {
  let running: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    running ??= work()
      .catch(failed)
      .finally(() => {
        running = null;
      });
  }, milliseconds);
  return async () => {
    clearInterval(timer);
    await running;
  };
};

/** Starts something a while later, and tries again as long as it fails. @returns what ends it, started or not */
export const startLater = (
  start: () => Promise<() => Promise<void>>,
  milliseconds: number,
  failed: (fault: unknown) => void,
): (() => Promise<void>) => {
  let stop: (() => Promise<void>) | null = null;
  const pause = repeat(
    async () => {
      stop ??= await start();
    },
    milliseconds,
    failed,
  );
  return async () => {
    await pause();
    await stop?.();
  };
};
