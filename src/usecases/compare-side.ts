import { type Assessment, createAssessment, scoreRow } from '../decision/assess.ts';
import { createRowSettler } from '../decision/settle-row.ts';
import { actionRank, tierRank } from '../domain/ordered.ts';
import { appError } from '../errors.ts';
import type { ScoredSide } from '../explanation/comparison/compared-rows.ts';
import { reachedRank } from '../policy/tiers.ts';
import { columnAbsent } from '../store/csv.ts';
import type { OpenedPlan } from './open-plan.ts';
import { createReadCells, type RowsFile } from './row-cells.ts';

/** Scores records by one model; what it made of them is kept packed. */
export const createSide = ({ plan }: OpenedPlan, file: RowsFile, day: string) => {
  const { name, version } = plan.model;
  const read = createReadCells(plan, file, (column) => {
    const { zh, en } = columnAbsent(`${column.name} (${column.source})`, file.names);
    const model = `${name}@${version}`;
    return appError('bad_header', {
      file: file.file,
      problem: { zh: `模型 ${model} 所需：${zh}`, en: `model ${model} needs it: ${en}` },
    });
  });
  const assessment: Assessment = createAssessment(plan);
  const settle = createRowSettler(plan, day);
  const chunks: ScoredSide[] = [];
  let held: { microLogits: number[]; bins: number[]; tiers: number[]; actions: number[] } = empty();
  return {
    add(cells: readonly string[], row: number): void {
      read(cells, row, assessment.row);
      assessment.reached = reachedRank(plan.cutOffs, scoreRow(plan, assessment), -1);
      const { tier, action } = settle(assessment).outcome;
      held.microLogits.push(assessment.microLogits);
      for (const bin of assessment.bins) held.bins.push(bin);
      held.tiers.push(tierRank(tier));
      held.actions.push(actionRank(action));
    },
    pack(): void {
      chunks.push({
        microLogits: Float64Array.from(held.microLogits),
        bins: Uint16Array.from(held.bins),
        tiers: Uint8Array.from(held.tiers),
        actions: Uint8Array.from(held.actions),
      });
      held = empty();
    },
    finish: (): ScoredSide => joinSides(chunks),
  };
};

const empty = () => ({ microLogits: [], bins: [], tiers: [], actions: [] });

const joinSides = (chunks: readonly ScoredSide[]): ScoredSide => {
  const length = (of: keyof ScoredSide) => chunks.reduce((sum, chunk) => sum + chunk[of].length, 0);
  const joined = {
    microLogits: new Float64Array(length('microLogits')),
    bins: new Uint16Array(length('bins')),
    tiers: new Uint8Array(length('tiers')),
    actions: new Uint8Array(length('actions')),
  };
  let [rows, bins] = [0, 0];
  for (const chunk of chunks) {
    joined.microLogits.set(chunk.microLogits, rows);
    joined.tiers.set(chunk.tiers, rows);
    joined.actions.set(chunk.actions, rows);
    joined.bins.set(chunk.bins, bins);
    rows += chunk.microLogits.length;
    bins += chunk.bins.length;
  }
  return joined;
};
