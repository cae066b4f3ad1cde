/** What a client of PostgreSQL sends: the packets before its session begins, then messages of one kind each. */
export interface ClientMessage {
  /** The letter of its kind; the empty text for a packet before the session. */
  readonly kind: string;
  readonly bytes: Buffer;
}

/** Bytes of a packet's length and code, and of a message's kind and length. */
const PACKET_HEADER = 8;
const MESSAGE_HEADER = 5;
/** Longest message that is taken, in bytes. */
const MOST_BYTES = 1_073_741_824;

/** Codes of packets before the session: asks for encryption, and the version that begins a session. */
export const packets = { ssl: 80_877_103, gss: 80_877_104, begin: 196_608 } as const;

/** The code of a packet before the session. */
export const codeOf = ({ bytes }: ClientMessage): number => bytes.readInt32BE(4);

/**
 * Cuts what arrives into whole messages, however it was split on the way.
 * @throws RangeError where no client would send what came
 */
export const createMessageReader = (): ((chunk: Buffer) => ClientMessage[]) => {
  let held: Buffer[] = [];
  let size = 0;
  /** Bytes that must be here before it is worth looking again, so that a long message is copied once. */
  let wanted = 0;
  let hasBegun = false;
  return (chunk) => {
    held.push(chunk);
    size += chunk.length;
    if (size < wanted) return [];
    const bytes = Buffer.concat(held);
    const messages: ClientMessage[] = [];
    let at = 0;
    for (;;) {
      const rest = bytes.subarray(at);
      wanted = wantedBytes(rest, hasBegun);
      if (rest.length < wanted) break;
      const message = { kind: hasBegun ? String.fromCharCode(rest[0] as number) : '', bytes: rest.subarray(0, wanted) };
      hasBegun ||= codeOf(message) === packets.begin;
      messages.push(message);
      at += wanted;
    }
    held = [bytes.subarray(at)];
    size = bytes.length - at;
    return messages;
  };
};

const wantedBytes = (rest: Buffer, hasBegun: boolean): number => {
  const header = hasBegun ? MESSAGE_HEADER : PACKET_HEADER;
  if (rest.length < header) return header;
  const wanted = hasBegun ? 1 + rest.readInt32BE(1) : rest.readInt32BE(0);
  if (wanted < header || wanted > MOST_BYTES) throw new RangeError(`a message of ${wanted} bytes`);
  return wanted;
};
