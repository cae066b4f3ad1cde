import type { Locale } from '../domain/text.ts';
import type { Logger } from '../logger.ts';
import type { Database } from '../store/database.ts';
import type { Challengers } from '../usecases/challengers.ts';
import type { Desk } from '../usecases/desk.ts';
import type { EventWriter } from '../usecases/event-writer.ts';
import type { Live } from '../usecases/live.ts';
import type { Predictor } from '../usecases/predict.ts';
import type { FolderFault } from '../usecases/registry.ts';
import type { Rescorer } from '../usecases/rescore.ts';
import type { ApiKeys } from './guards.ts';
import type { Metrics } from './metrics.ts';

/** What the endpoints are built of. */
export interface ServiceParts {
  readonly database: Database;
  readonly live: Live;
  readonly predictor: Predictor;
  readonly challengers: Challengers;
  readonly events: EventWriter;
  readonly rescorer: Pick<Rescorer, 'take'>;
  readonly desk: Desk;
  /** Where models are registered from. */
  readonly modelFolders: readonly string[];
  /** What of these folders could not be registered at start. */
  readonly folderFaults: readonly FolderFault[];
  readonly keys: ApiKeys;
  /** The language of answers where the caller asks for none. */
  readonly locale: Locale;
  /** The time zone of civil days. */
  readonly timeZone: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly version: string;
  readonly now: () => Date;
  /** The port it listens on, known once it does. */
  readonly port: () => number;
  /** Whether it takes no new requests any more. */
  readonly isStopping: () => boolean;
  /** How long a stream may move in neither direction; 30 unless told otherwise. */
  readonly streamIdleSeconds?: number;
}
