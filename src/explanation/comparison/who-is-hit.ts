import type { RowsComparison } from '../../domain/comparison.ts';
import type { Text } from '../../domain/text.ts';

type Segmented = RowsComparison['segments'][number];

/** One segment with the name of what it is a segment of. */
export interface Hit {
  readonly name: Text;
  readonly segment: Segmented['segments'][number];
  /** Null where no outcome is known. */
  readonly badRate: number | null;
}

/** Bands of inputs on enough rows by the share of their rows that changes tier, the most first; and every protected group. */
export const listHit = ({ segments }: Pick<RowsComparison, 'segments'>): { bands: Hit[]; groups: Hit[] } => {
  const hits = (isProtected: boolean) =>
    segments
      .filter((each) => each.protected === isProtected)
      .flatMap(({ label, segments: parts }) =>
        parts.map((segment): Hit => ({ name: label, segment, badRate: rateOf(segment) })),
      );
  const moved = ({ segment: { up, down, rows } }: Hit) => (up + down) / rows;
  return {
    bands: hits(false)
      .filter((hit) => hit.segment.evidence === 'sufficient' && moved(hit) > 0)
      .sort((one, other) => moved(other) - moved(one)),
    groups: hits(true),
  };
};

const rateOf = ({ outcomes }: Hit['segment']): number | null => {
  const known = outcomes ? outcomes.bads + outcomes.goods : 0;
  return outcomes && known > 0 ? outcomes.bads / known : null;
};
