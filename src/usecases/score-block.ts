import { toProbability } from '../arithmetic.ts';
import { assessRow, createAssessment } from '../decision/assess.ts';
import type { DecisionPlan } from '../decision/plan.ts';
import { createRowSettler } from '../decision/settle-row.ts';
import { type AppError, appError } from '../errors.ts';
import { rankAdding } from '../explanation/ranking.ts';
import { parseScaled } from '../features/column.ts';
import { createPlainNumber, type PlainNumber } from '../features/number-format.ts';
import { toPoints } from '../model/scale.ts';
import { checkWidths, columnAbsent, parseRecords } from '../store/csv.ts';
import type { FileFormat, PlanParts } from './open-plan.ts';
import { createReadCells } from './row-cells.ts';

/** How a file is scored. */
export interface ScoreOptions {
  /** How many reasons a row gets, 0 to 4. */
  readonly reasons: number;
  /** Civil day on which the policy's rules are read. */
  readonly day: string;
  readonly format: FileFormat;
  readonly file: string;
}

/** Turns records into scored lines. */
export interface BlockScorer {
  /** Header of the scored file, without line end. */
  readonly header: string;
  /** Scores records, one line each. @throws bad_cell, its row counted from the first record = 1 */
  score(records: readonly (readonly string[])[]): string;
}

/** What a worker needs to score blocks of one file: plain data. */
export interface ScoreSetup {
  readonly parts: PlanParts;
  readonly names: readonly string[];
  readonly options: ScoreOptions;
}

/** A scored block, or its first fault, whose row counts from the block's first row = 1. */
export interface ScoredBlock {
  readonly text: string;
  readonly rows: number;
  readonly fault: Pick<AppError, 'code' | 'values'> | null;
}

/** Parses and scores one block of whole records. @throws bad_row, bad_cell */
export const scoreText = (scorer: BlockScorer, text: string, { names, options }: ScoreSetup): ScoredBlock => {
  const place = { file: options.file, firstRow: 1 };
  const records = checkWidths(parseRecords(text, options.format.separator, place), names.length, place);
  return { text: scorer.score(records), rows: records.length, fault: null };
};

/**
 * Prepares scoring the rows of a file under a plan: every column of the file is carried through, then come
 * probability, points, score, tier, action, rules that fired and reasons.
 * @throws bad_header where a column that the plan reads is absent under both its names
 */
export const createBlockScorer = (plan: DecisionPlan, names: readonly string[], options: ScoreOptions): BlockScorer => {
  const { file, format } = options;
  const { separator } = format;
  const toPlain = createPlainNumber(format);
  const readCells = createReadCells(plan, { file, format, names }, ({ name, source }) =>
    appError('bad_header', { file, problem: columnAbsent(`${name} (${source})`, names) }),
  );
  const score = createRowScorer(plan, options);
  const toCell = createCellWriter(separator, toPlain);
  const added = scoredColumns(options.reasons);
  return {
    header: [...nameCarried(names, added), ...added].map(toCell).join(separator),
    score(records) {
      let text = '';
      for (let index = 0; index < records.length; index++) {
        const cells = records[index] as readonly string[];
        readCells(cells, index + 1, score.row);
        for (let place = 0; place < cells.length; place++) text += toCell(cells[place] as string) + separator;
        text += score.line();
      }
      return text;
    },
  };
};

const scoredColumns = (reasons: number): string[] => [
  'probability',
  'points',
  'micro_logits',
  'tier',
  'action',
  'rules',
  ...Array.from({ length: reasons }, (_, index) => [`reason_${index + 1}`, `reason_${index + 1}_micro_logits`]).flat(),
];

/** Names of carried columns; one that a scored column has too gets `_input` behind it, as often as needed. */
const nameCarried = (names: readonly string[], added: readonly string[]): string[] => {
  const taken = new Set([...names, ...added]);
  return names.map((name) => {
    let free = name;
    while (added.includes(free) || (free !== name && taken.has(free))) free = `${free}_input`;
    taken.add(free);
    return free;
  });
};

/** Scores one row at a time in place. */
const createRowScorer = (plan: DecisionPlan, { reasons, day, format }: ScoreOptions) => {
  const { separator, decimal } = format;
  const assessment = createAssessment(plan);
  const settle = createRowSettler(plan, day);
  const codes = [...plan.model.groups.map(({ code }) => code), ...plan.adjustments.map(({ name }) => name)];
  const ranked = new Int32Array(reasons);
  const empty = separator + separator;
  const { model } = plan;
  return {
    row: assessment.row,
    line(): string {
      assessRow(plan, assessment, -1);
      const { outcome, hits } = settle(assessment);
      const { microLogits, attribution } = assessment;
      const probability = toProbability(microLogits).toFixed(9);
      let line = (decimal === ',' ? writeComma(probability, separator) : probability) + separator;
      line += toPoints(microLogits, model.scale) + separator + microLogits + separator;
      line += outcome.tier + separator + outcome.action + separator + hits.map(({ id }) => id).join(' ');
      const found = rankAdding(attribution.groups, ranked);
      for (let place = 0; place < reasons; place++) {
        const group = ranked[place] as number;
        line += place < found ? separator + codes[group] + separator + attribution.groups[group] : empty;
      }
      return `${line}\n`;
    },
  };
};

/** A number with a decimal comma, as the rest of its file writes them. */
const writeComma = (number: string, separator: string): string => {
  const written = number.replace('.', ',');
  return separator === ',' ? `"${written}"` : written;
};

/** Writes cells as they may stand in a delimited file: quoted where they must be, and never a formula for a spreadsheet. */
const createCellWriter = (separator: string, toPlain: PlainNumber): ((cell: string) => string) => {
  const doubtful = new RegExp(`^[=+\\-@]|["\\r\\n${separator.replace(/[\]\\^-]/, '\\$&')}]`);
  return (cell) => {
    if (!doubtful.test(cell)) return cell;
    const isNumber = parseScaled(toPlain(cell), 0) !== undefined;
    const safe = /^[=+\-@]/.test(cell) && !isNumber ? `'${cell}` : cell;
    return safe.includes(separator) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
};
