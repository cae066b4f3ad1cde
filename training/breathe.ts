/** Lets the event loop turn once, so that a signal is heard and progress is shown between two long computations. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
