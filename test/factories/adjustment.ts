import type { Adjustment, AdjustmentContent } from '../../src/domain/adjustment.ts';
import type { Model } from '../../src/domain/model.ts';
import { sealAdjustment } from '../../src/model/adjustments.ts';

/** What adds half a log-odds to every score for one month, for everybody; the test changes what it is about. */
export const createAdjustmentContent = (content: Partial<AdjustmentContent> = {}): AdjustmentContent => ({
  schema: 1,
  name: 'overlay',
  owner: 'head of risk',
  reason: { zh: '利率上升', en: 'Rates have risen' },
  from: '2026-06-01',
  to: '2026-07-01',
  segments: null,
  tables: [{ inputs: [], microLogits: [500_000] }],
  ...content,
});

/** The same on a model. */
export const createAdjustment = (
  { name, version, fingerprint }: Pick<Model, 'name' | 'version' | 'fingerprint'>,
  content: Partial<AdjustmentContent> = {},
): Adjustment => sealAdjustment({ ...createAdjustmentContent(content), model: { name, version, fingerprint } });
