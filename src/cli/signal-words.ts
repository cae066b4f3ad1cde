import type { SignalAnswer } from '../contract/signals.ts';
import type { Database } from '../store/database.ts';
import type { Console } from './output.ts';

/** What works on the signals of a database. */
export const loadDesk = async (database: Database) => {
  const [{ createSignalsInUse }, signals, { describeSignal }] = await Promise.all([
    import('../usecases/signals-in-use.ts'),
    import('../usecases/signals.ts'),
    import('../usecases/signal-answer.ts'),
  ]);
  const now = () => new Date();
  return { ...signals, describeSignal, desk: { database, signals: createSignalsInUse(database, now), now } };
};

/** How grave a signal is, in words. */
export const levels = {
  red: { zh: '红', en: 'red' },
  orange: { zh: '橙', en: 'orange' },
  yellow: { zh: '黄', en: 'yellow' },
  blue: { zh: '蓝', en: 'blue' },
} as const;

const states = {
  raised: { zh: '待处理', en: 'raised' },
  confirmed: { zh: '已确认', en: 'confirmed' },
  treated: { zh: '处置中', en: 'treated' },
  cleared: { zh: '已解除', en: 'cleared' },
} as const;

/** A signal in one line. */
export const summarise = ({ say }: Console, signal: SignalAnswer): string => {
  const { signalId, customerId, level, label, state, dueAt, isOverdue, isSnoozed, snoozedUntil } = signal;
  const late = isOverdue ? say({ zh: '（已超时）', en: ' (overdue)' }) : '';
  const asleep = isSnoozed ? say({ zh: `，暂缓至 ${snoozedUntil}`, en: `, asleep until ${snoozedUntil}` }) : '';
  const due = state === 'raised' ? say({ zh: `，${dueAt} 前处理`, en: `, to be handled by ${dueAt}` }) : '';
  return `${signalId}  ${say(levels[level])}  ${customerId}  ${label}  ${say(states[state])}${due}${late}${asleep}`;
};

/** What a detector looked at and knew, a line each. */
export const describeSeenLines = (seen: readonly SignalAnswer['seen'][number][]): string[] =>
  seen.flatMap(({ label, value, unit }) =>
    value === null ? [] : [`    ${label}: ${value}${unit === null ? '' : ` ${unit}`}`],
  );

/** Prints a signal and what happened to it. */
export const showSignal = (console: Console, signal: SignalAnswer): void => {
  const history = signal.history.map(
    ({ event, actor, at, text }) => `    ${at}  ${event}  ${actor}${text ? `: ${text}` : ''}`,
  );
  console.result(
    signal,
    [summarise(console, signal), `    ${signal.message}`, ...describeSeenLines(signal.seen), ...history].join('\n'),
  );
};
