import type { Hazard } from '../../src/domain/hazard.ts';
import { sealHazard } from '../../src/model/hazard.ts';

const text = (words: string) => ({ zh: words, en: words });
const table = (name: string) => ({ name, version: '1', fingerprint: '0'.repeat(64) });

/** A hazard in quarters, of models that are nowhere. */
export const createHazard = (hazard: Partial<Omit<Hazard, 'fingerprint'>> = {}): Hazard =>
  sealHazard({
    schema: 1,
    name: 'loans',
    version: '1',
    dictionary: { name: 'loans', fingerprint: '0'.repeat(64) },
    event: text('default'),
    payoff: text('payoff'),
    period: { column: 'age', days: 90 },
    horizons: [1, 2, 4],
    tables: { default: table('loans-default'), payoff: table('loans-payoff') },
    tiers: null,
    ...hazard,
  });
