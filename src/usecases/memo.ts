/** Loads once for each key and keeps the latest; what failed is loaded anew. */
export const createMemo = <Value>(most: number): ((key: string, load: () => Promise<Value>) => Promise<Value>) => {
  const kept = new Map<string, Promise<Value>>();
  return (key, load) => {
    const known = kept.get(key);
    if (known) return known;
    const loading = load();
    kept.set(key, loading);
    loading.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return loading;
  };
};

/** Works for one key after the other; who asks for a key that is under way or waits shares its result. */
export const createShared = <Value>(): ((key: string, work: () => Promise<Value>) => Promise<Value>) => {
  const under = new Map<string, Promise<Value>>();
  let last: Promise<unknown> = Promise.resolve();
  return (key, work) => {
    const known = under.get(key);
    if (known) return known;
    const working = last.then(work).finally(() => under.delete(key));
    under.set(key, working);
    last = working.catch(() => undefined);
    return working;
  };
};
