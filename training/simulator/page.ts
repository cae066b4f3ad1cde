/** ASCII text gathered as bytes, in memory that is used again. */
export interface Page {
  /** Begins anew. */
  clear(): void;
  write(text: string): void;
  /** What was written since, in memory of its own, which can go over to another thread. */
  copy(): Uint8Array<ArrayBuffer>;
}

const LEAST_BYTES = 1 << 20;

export const createPage = (): Page => {
  let bytes = Buffer.allocUnsafeSlow(LEAST_BYTES);
  let length = 0;
  return {
    clear() {
      length = 0;
    },
    write(text) {
      if (length + text.length > bytes.length) bytes = Buffer.concat([bytes], 2 * (length + text.length));
      length += bytes.write(text, length, 'latin1');
    },
    copy() {
      return new Uint8Array(bytes.subarray(0, length));
    },
  };
};
