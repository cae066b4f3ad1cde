import { CustomerPath } from './events.ts';
import type { Operation } from './operations.ts';
import {
  ClearBody,
  ConfirmBody,
  FindingsAnswer,
  SignalAnswer,
  SignalPath,
  SignalQuery,
  SignalsAnswer,
  SignalsQuery,
  SnoozeBody,
  TreatBody,
} from './signals.ts';

const json = { media: 'application/json', isIdempotent: false } as const;

const SIGNAL = '/v1/signals/{signalId}';

/** Something done with one signal, answered with where it stands then. */
const act = {
  ...json,
  method: 'post',
  params: SignalPath,
  answer: SignalAnswer,
  faults: ['signal_missing', 'signal_conflict', 'signal_refused'],
} as const;

/** Early-warning signals, by the name the client calls each operation by. */
export const signalOperations = {
  listSignals: {
    ...json,
    method: 'get',
    path: '/v1/signals',
    summary: { zh: '列出预警信号，最新的在前', en: 'List early-warning signals, newest first' },
    query: SignalsQuery,
    answer: SignalsAnswer,
    faults: ['customer_missing'],
  },
  readSignal: {
    ...json,
    method: 'get',
    path: SIGNAL,
    summary: { zh: '读取一个信号及其经过', en: 'Read one signal and what happened to it' },
    params: SignalPath,
    query: SignalQuery,
    answer: SignalAnswer,
    faults: ['signal_missing'],
  },
  confirmSignal: {
    ...act,
    path: `${SIGNAL}/confirm`,
    summary: { zh: '确认一个信号', en: 'Confirm a signal' },
    body: ConfirmBody,
  },
  treatSignal: {
    ...act,
    path: `${SIGNAL}/treat`,
    summary: { zh: '记录对已确认信号的处置', en: 'Record how a confirmed signal is treated' },
    body: TreatBody,
  },
  clearSignal: {
    ...act,
    path: `${SIGNAL}/clear`,
    summary: {
      zh: '凭原因与证据解除一个信号（红色须由确认人以外的人解除）',
      en: 'Clear a signal with its cause and evidence; a red one by another person than who confirmed it',
    },
    body: ClearBody,
  },
  snoozeSignal: {
    ...act,
    path: `${SIGNAL}/snooze`,
    summary: {
      zh: '暂缓一个信号（总计至多 30 天；逾期与强制执行类不得暂缓）',
      en: 'Put a signal to sleep, at most 30 days in all; never one of arrears or enforcement',
    },
    body: SnoozeBody,
  },
  readFindings: {
    ...json,
    method: 'get',
    path: '/v1/customers/{customerId}/signals',
    summary: {
      zh: '各探测器此刻对一名客户的判断，包括“未观测”',
      en: 'What every detector says of a customer now, "unobserved" included',
    },
    params: CustomerPath,
    query: SignalQuery,
    answer: FindingsAnswer,
    faults: ['history_missing', 'history_too_long'],
  },
} as const satisfies Record<string, Operation>;
