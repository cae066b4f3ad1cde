import { atHours } from './book.ts';
import { dateOf, momentOf } from './calendar.ts';
import { tellCard, tellLoan } from './open.ts';
import { parameters } from './parameters.ts';
import { repay } from './pay.ts';
import { type Agent, CURRENCY, oldestDue, openLines } from './state.ts';

const { collection } = parameters;

/** The lender's contacts of a month with a customer that is late, and what was promised. */
export const collect = (agent: Agent, from: number, to: number): void => {
  const oldest = oldestDue(agent);
  if (oldest === null || agent.defaulted) return;
  const done = agent.contacted?.due === oldest ? agent.contacted.daysPastDue : 0;
  for (const late of collection.contactOnDays) {
    const day = oldest + late;
    if (late <= done || day < from || day >= to) continue;
    agent.contacted = { due: oldest, daysPastDue: late };
    contact(agent, day, late);
  }
};

/** One contact: a message at first, calls later; who will not pay is hardly reached. */
const contact = (agent: Agent, day: number, late: number): void => {
  const { shown } = agent.draws;
  const reach = collection.reachedChance - collection.reachedLessPerMonth * (late / 30);
  const isReached = shown.chance(agent.fortune.isWilling ? reach : reach / 3);
  const owed = openLines(agent).reduce((sum, { arrears }) => sum + arrears.owedMinor(), 0);
  const promises = late > 5 && isReached && owed > 0 && shown.chance(collection.promiseChance);
  agent.book.tell(
    {
      type: 'communication',
      currency: CURRENCY,
      payload: {
        channel:
          late <= 5
            ? 'sms'
            : shown.weighted([
                ['phone', 8],
                ['visit', late > 45 ? 2 : 0],
                ['letter', 1],
              ] as const),
        initiator: 'lender',
        isReached,
        promise: promises ? { amountMinor: Math.round(owed), by: dateOf(day + shown.whole(3, 12)) } : null,
      },
    },
    { at: atHours(shown, day, 9, 20), lagSeconds: shown.whole(60, 14_400) },
  );
  if (shown.chance(collection.complaintChance)) complain(agent, day, 'collection');
};

/** A complaint, known when it is filed. */
export const complain = (agent: Agent, day: number, topic: 'fee' | 'service' | 'collection' | 'data' | 'fraud'): void =>
  agent.book.tell(
    { type: 'complaint', payload: { topic } },
    { at: atHours(agent.draws.shown, day, 8, 22), lagSeconds: 600 },
  );

/** What follows a default: courts, sometimes a cure, at last the write-off. */
export const pursue = (agent: Agent, from: number, to: number): void => {
  const { defaulted, draws } = agent;
  if (!defaulted || defaulted.isWrittenOff) return;
  if (defaulted.on >= from && defaulted.on < to) goToCourt(agent, defaulted.on);
  if (!defaulted.isCured && defaulted.on < from && draws.acts.chance(collection.cureMonthlyChance)) cure(agent, to - 1);
  if (oldestDue(agent) !== null && !defaulted.isCured && defaulted.writeOffOn < to) writeOff(agent, to - 1);
};

const goToCourt = (agent: Agent, day: number): void => {
  const { acts } = agent.draws;
  const isCompany = agent.traits.kind === 'company';
  if (acts.chance(collection.enforcementChance)) tellLegal(agent, day + acts.whole(20, 120), 'enforcement');
  if (acts.chance(collection.dishonestListChance)) tellLegal(agent, day + acts.whole(120, 300), 'dishonest_list');
  if (isCompany && acts.chance(collection.bankruptcyChance)) tellLegal(agent, day + acts.whole(60, 300), 'bankruptcy');
};

/** Tells of a case at court against the customer, which is known days or weeks later. */
export const tellLegal = (
  agent: Agent,
  day: number,
  kind: 'lawsuit' | 'enforcement' | 'dishonest_list' | 'bankruptcy' | 'penalty',
): void => {
  const { shown } = agent.draws;
  agent.book.tell(
    {
      type: 'legal_event',
      amountMinor: kind === 'bankruptcy' ? null : Math.round(agent.usualMinor * (0.3 + 3 * shown.uniform())) + 1,
      currency: CURRENCY,
      payload: { kind, isAgainst: true, stands: true },
    },
    { at: atHours(shown, day, 9, 17), lagSeconds: 86_400 * shown.whole(5, 40) },
  );
};

const cure = (agent: Agent, day: number): void => {
  if (agent.defaulted) agent.defaulted.isCured = true;
  for (const line of openLines(agent)) {
    repay(agent, line, { on: day, amountMinor: line.arrears.owedMinor(), method: 'third_party' });
  }
};

const writeOff = (agent: Agent, day: number): void => {
  if (agent.defaulted) agent.defaulted.isWrittenOff = true;
  for (const line of openLines(agent)) {
    line.isOpen = false;
    if (line.product === 'card') tellCard(agent, line, momentOf(day, 64_800), 'written_off');
    else tellLoan(agent, line, momentOf(day, 64_800), 'written_off');
  }
};
