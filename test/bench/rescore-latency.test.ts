import { describe, expect, it } from 'vitest';
import { measureLatencies } from './rescore-latency.ts';

const posted = (customerId: string, startedAt: number, isStored = true) => ({ customerId, startedAt, isStored });
const events = (customerId: string, count: number, seenAt: number) => ({ customerId, events: count, seenAt });
const decision = (customerId: string, seenAt: number) => ({ customerId, events: null, seenAt });

describe('how long events waited for their decisions', () => {
  it('counts from the request to the first decision of the customer behind the event on the chain', () => {
    const seen = [decision('A', 5), events('A', 1, 20), events('B', 1, 21), decision('B', 40), decision('A', 50)];
    expect(measureLatencies([posted('A', 10), posted('B', 12)], [...seen, decision('A', 90)])).toEqual([40, 28]);
  });

  it('lets events of a customer that were stored before it share a decision, and no later one', () => {
    const seen = [events('A', 2, 20), decision('A', 30), events('A', 1, 31)];
    expect(measureLatencies([posted('A', 1), posted('A', 2), posted('A', 3)], seen)).toEqual([29, 28, null]);
  });

  it('gives none to what was refused', () => {
    const seen = [events('A', 1, 20), decision('A', 30)];
    expect(measureLatencies([posted('A', 1, false), posted('A', 2)], seen)).toEqual([null, 28]);
  });
});
