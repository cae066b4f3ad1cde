import { setImmediate as turn } from 'node:timers/promises';
import { challenge, furtherValues, pickFields } from '../decision/challenge.ts';
import type { RawFields } from '../decision/row.ts';
import type { Decision } from '../domain/decision.ts';
import type { ArtifactRef } from '../domain/model.ts';
import { AppError } from '../errors.ts';
import { type ChallengerScore, insertChallengerScores } from '../store/challenger-scores.ts';
import type { Database } from '../store/database.ts';
import type { Live } from './live.ts';
import type { PredictRequest } from './predict.ts';

/** Versions in shadow, which score what others decided. Nothing of it ever reaches a caller. */
export interface Challengers {
  /**
   * Takes requests whose decisions are stored and answered, in the same order; returns at once. What finds no room is
   * dropped and counted.
   */
  take(requests: readonly PredictRequest[], decisions: readonly Decision[]): void;
  /** Requests that wait to be scored. */
  waiting(): number;
  /** Resolves once nothing waits. */
  drain(): Promise<void>;
}

/** What became of a challenger's row: scored, dropped for want of room, or the code of its fault. */
export type ChallengerEnd = 'scored' | 'dropped' | AppError['code'];

/** What challengers are built of. */
export interface ChallengersParts {
  readonly database: Pick<Database, 'pool'>;
  readonly live: Pick<Live, 'challengersOf' | 'open' | 'planOf'>;
  readonly now: () => Date;
  /** Hears what became of each row of each challenger. */
  readonly count: (model: ArtifactRef, end: ChallengerEnd) => void;
}

/** Requests that may wait; more would only grow memory. */
const MOST_WAITING = 2_000;
/** Requests scored in one turn of the event loop, so that answers get theirs in between. */
const TURN_ROWS = 25;
/** Requests whose scores are written at once. */
const MOST_WRITTEN = 250;
/** How long requests gather before they are scored, unless there are enough: few large writes cost the answers least. */
const GATHER_MILLISECONDS = 500;

interface Waiting {
  readonly fields: RawFields;
  readonly decision: Decision;
  readonly challengers: ReturnType<Live['challengersOf']>;
}

/** Builds the queue; nothing runs while nothing waits. */
export const createChallengers = (parts: ChallengersParts): Challengers => {
  const queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  let isDraining = false;
  let wake: () => void = () => undefined;
  const isEnough = (): boolean => isDraining || queue.length >= MOST_WRITTEN;
  const gather = async (): Promise<void> => {
    if (isEnough()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHER_MILLISECONDS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await gather();
      await work(parts, queue.splice(0, MOST_WRITTEN));
    }
    running = null;
  };
  return {
    take(requests, decisions) {
      for (const [index, decision] of decisions.entries()) {
        const challengers = decision.versions.model ? parts.live.challengersOf(decision.versions.model) : [];
        const fields = requests[index]?.fields ?? null;
        if (challengers.length === 0 || fields === null || decision.state !== 'scored') continue;
        if (queue.length >= MOST_WAITING) for (const { ref } of challengers) parts.count(ref, 'dropped');
        else queue.push({ fields, decision, challengers });
      }
      if (queue.length > 0) running ??= Promise.resolve().then(run);
      if (isEnough()) wake();
    },
    waiting: () => queue.length,
    async drain() {
      isDraining = true;
      wake();
      while (running) await running;
      isDraining = false;
    },
  };
};

/** Scores and writes a batch; a fault is counted and goes no further. */
const work = async (parts: ChallengersParts, batch: readonly Waiting[]): Promise<void> => {
  const made: { ref: ArtifactRef; score: ChallengerScore }[] = [];
  for (const [index, waiting] of batch.entries()) {
    if (index % TURN_ROWS === 0) await turn();
    for (const challenger of waiting.challengers) {
      try {
        made.push({ ref: challenger.ref, score: await scoreOne(parts, waiting, challenger) });
      } catch (fault) {
        parts.count(challenger.ref, codeOf(fault));
      }
    }
  }
  if (made.length === 0) return;
  const scores = made.map(({ score }) => score);
  const end = await insertChallengerScores(parts.database, scores, parts.now()).then(() => 'scored' as const, codeOf);
  for (const { ref } of made) parts.count(ref, end);
};

const codeOf = (fault: unknown): AppError['code'] => (fault instanceof AppError ? fault.code : 'internal');

const scoreOne = async (
  { live }: ChallengersParts,
  { fields, decision }: Waiting,
  challenger: Waiting['challengers'][number],
): Promise<ChallengerScore> => {
  const { plan, read } = await live.open(challenger, { at: new Date(decision.decidedAt), segment: decision.segment });
  const decided = await live.planOf(decision);
  const row = read(pickFields(plan, fields));
  return {
    ...challenge(plan, row, decision.previous),
    decisionId: decision.decisionId,
    fingerprint: challenger.ref.fingerprint,
    customerRef: decision.customerRef,
    furtherValues: furtherValues(plan, row, decided.plan),
  };
};
