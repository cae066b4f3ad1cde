import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  divide,
  type PortfolioSettings,
  simulateIndustries,
  simulatePortfolio,
} from '../../training/simulator/portfolio.ts';
import { tellStretch } from '../../training/simulator/tell-stretch.ts';
import { toLine, toTruthLine } from '../../training/simulator/text.ts';

const base = { customers: 40, months: 30, seed: 1, scenario: 'calm', start: '2023-01' } as const;

const digestOf = (settings: PortfolioSettings): string => {
  const hash = createHash('sha256').update(simulateIndustries(settings).map(toLine).join(''));
  for (const stretch of divide(settings)) {
    const { lines, truth } = tellStretch({ settings, stretch });
    hash.update(lines).update(truth);
  }
  return hash.digest('hex');
};

describe('what is simulated', () => {
  /** Only a change of what is simulated may change these. */
  it.each<[Partial<PortfolioSettings>, string]>([
    [{ scenario: 'calm' }, 'ca58ce5cde36c82a6080139fe382038a61b63feb5af9bf185a56537f93233fd9'],
    [{ scenario: 'calm', seed: 2026 }, '415aabf68cd56e7c071e31d54315f4364668d32db9b520a492724a04a4d23d4f'],
    [{ scenario: 'recession' }, 'c3609ecd0f1754d1265f7f5572961924eb3ac74eb2c54a0f4a16c9a02a458755'],
    [{ scenario: 'recession', seed: 2026 }, '85b6d6d498595130985dab9564e0238f8ded0e5786ed6b9099ad4c06f211e57b'],
    [{ scenario: 'industry-shock' }, '4dc455a8db369611bac7a42836845a236a3c976969196a45f9a746550f57d62c'],
    [{ scenario: 'industry-shock', seed: 2026 }, 'ef7077e5914ed24a9f8cb007a85589a62c9ea8f4293aeb43ee7613f247a2d517'],
    [{ scenario: 'drift' }, '99496cf0c15e8cb49c0f80d7f624657b8b0bcb3fb7067edbb89d797ff1cc3a1c'],
    [{ scenario: 'drift', seed: 2026 }, '6623382ebdf89cdf752a508e6b7ea163d50b53d306d75891c5ef4d70d8ced96e'],
    [
      { scenario: 'recession', months: 15, start: '1970-01' },
      'a3b5d0baac8f6d84ee5a3f61fb600afd5336d00272b08bd9ee622b077dc63abc',
    ],
    [{ scenario: 'calm', customers: 1, months: 1 }, '8ca9bc0440dbd48d1f57ed3aaaadba644e068e54e87e497fef92cc462c685363'],
  ])('is the same, byte for byte: %j', (settings, digest) => {
    expect(digestOf({ ...base, ...settings })).toBe(digest);
  });

  it('is written as the events are, of who launders money too', () => {
    const settings = { ...base, customers: 8, seed: 8 };
    const { lines, truth } = tellStretch({ settings, stretch: { from: 0, to: 8 } });
    expect(truth).toContain('rapid_movement');
    const whole = [...simulatePortfolio(settings)];
    expect(new TextDecoder().decode(lines)).toBe(whole.flatMap(({ events }) => events.map(toLine)).join(''));
    expect(truth).toBe(whole.map((each) => toTruthLine(each.truth)).join(''));
  });
});
