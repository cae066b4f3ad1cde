import { toProbability } from '../arithmetic.ts';
import { addInterval, addRuleFeatures, assessRow, createAssessment } from '../decision/assess.ts';
import type { DecisionPlan } from '../decision/plan.ts';
import { tierRank } from '../domain/ordered.ts';
import { type AppError, appError } from '../errors.ts';
import { rankAdding } from '../explanation/ranking.ts';
import { type CellParser, createCellParser, parseScaled } from '../features/column.ts';
import { createPlainNumber, type PlainNumber } from '../features/number-format.ts';
import { toPoints } from '../model/scale.ts';
import { baseOutcome } from '../policy/outcome.ts';
import { fireRules, rulesInForce } from '../policy/rules.ts';
import { tierOf } from '../policy/tiers.ts';
import { checkWidths, columnAbsent, parseRecords } from '../store/csv.ts';
import type { FileFormat, PlanParts } from './open-plan.ts';

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

const MISSING_COLUMN = -1;

/**
 * Prepares scoring the rows of a file under a plan: every column of the file is carried through, then come
 * probability, points, score, tier, action, rules that fired and reasons.
 * @throws bad_header where a column that the plan reads is absent under both its names
 */
export const createBlockScorer = (plan: DecisionPlan, names: readonly string[], options: ScoreOptions): BlockScorer => {
  const { columns } = plan.features;
  const { separator, missing } = options.format;
  const unknown = new Set(missing);
  const toPlain = createPlainNumber(options.format);
  const readers = columns.map((column, index) => {
    const place = findColumn(names, column);
    if (place === MISSING_COLUMN) {
      throw appError('bad_header', {
        file: options.file,
        problem: columnAbsent(`${column.name} (${column.source})`, names),
      });
    }
    return { index, place, source: names[place] as string, parse: createCellParser(column, unknown, toPlain) };
  });
  const score = createRowScorer(plan, options);
  const toCell = createCellWriter(separator, toPlain);
  const added = scoredColumns(options.reasons);
  return {
    header: [...nameCarried(names, added), ...added].map(toCell).join(separator),
    score(records) {
      let text = '';
      for (let index = 0; index < records.length; index++) {
        const cells = records[index] as readonly string[];
        for (const { index: column, place, source, parse } of readers) {
          score.row[column] = readCell(cells[place] as string, parse, { options, row: index + 1, source });
        }
        for (let place = 0; place < cells.length; place++) text += toCell(cells[place] as string) + separator;
        text += score.line();
      }
      return text;
    },
  };
};

const findColumn = (names: readonly string[], { name, source }: { name: string; source: string }): number => {
  const own = names.indexOf(name);
  return own >= 0 ? own : names.indexOf(source);
};

const readCell = (
  cell: string,
  parse: CellParser,
  { options, row, source }: { options: ScoreOptions; row: number; source: string },
): number => {
  const text = isPadded(cell) ? cell.trim() : cell;
  const value = parse(text);
  if (typeof value === 'number') return value;
  throw appError('bad_cell', { file: options.file, row, column: source, value: text, problem: value });
};

const SPACE = 0x20;
const NOT_ASCII = 0x7f;

/** Whether a cell may begin or end with white space (of any script), which loading takes off. */
const isPadded = (cell: string): boolean =>
  mayBeSpace(cell.charCodeAt(0)) || mayBeSpace(cell.charCodeAt(cell.length - 1));

const mayBeSpace = (code: number): boolean => code <= SPACE || code > NOT_ASCII;

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
  const rules = rulesInForce(plan.rules, day);
  const needsInterval = rules.some(({ fields }) => fields.some(({ name }) => /^score\.(lower|upper)/.test(name)));
  const codes = plan.model.groups.map(({ code }) => code);
  const ranked = new Int32Array(reasons);
  const empty = separator + separator;
  const { policy, model } = plan;
  return {
    row: assessment.row,
    line(): string {
      assessRow(plan, assessment, -1);
      addRuleFeatures(plan, assessment);
      if (needsInterval) addInterval(plan, assessment);
      const { microLogits, facts, attribution } = assessment;
      const tier = tierOf(assessment.reached);
      facts.modelTier = tierRank(tier);
      const hits = fireRules(rules, facts);
      const outcome = baseOutcome({ tier, action: 'pass', hits }, policy.actions);
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
