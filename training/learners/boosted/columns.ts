import type { OrderedFeature } from '../../binning/order-feature.ts';
import type { BoostedColumn } from './tree.ts';

/** The rows of a feature as boosting reads them, in memory that threads can share. */
export const toColumn = ({ pre, toBin, rowBins, ordered, count }: OrderedFeature): BoostedColumn => {
  const bins = new Uint8Array(new SharedArrayBuffer(pre.bins.length));
  for (let row = 0; row < bins.length; row++) bins[row] = rowBins?.[row] ?? (toBin[pre.bins[row] as number] as number);
  const { direction } = pre.feature.definition;
  return { bins, ordered, count, sign: direction === null ? 0 : direction === 'increasing' ? 1 : -1 };
};
