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
