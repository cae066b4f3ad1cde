import { isSimulated } from './agent.ts';

/** Something that is said of one customer. */
interface OfCustomer {
  readonly customerId: string;
}

/** What is said of customers one after the other, which knows how many of those it gave were of simulated ones. */
export interface CountedSimulated<Item> extends AsyncIterable<Item> {
  simulated(): number;
}

/** Passes on what is said of customers, and counts what is said of simulated ones. */
export const countSimulated = <Item extends OfCustomer>(items: AsyncIterable<Item>): CountedSimulated<Item> => {
  let simulated = 0;
  return {
    async *[Symbol.asyncIterator]() {
      for await (const item of items) {
        simulated += Number(isSimulated(item.customerId));
        yield item;
      }
    },
    simulated: () => simulated,
  };
};
