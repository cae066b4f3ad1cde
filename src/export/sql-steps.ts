import { INTEGER_LIMIT } from '../arithmetic.ts';
import { type Operand, type Step, trendFactors } from './layout.ts';

/** An operand; a number below zero in brackets, and every number as BIGINT, so that no sum is taken in 32 bits. */
export const operandOf = (operand: Operand): string => {
  if ('number' in operand) return `CAST(${operand.number} AS BIGINT)`;
  return 'column' in operand ? `vigil_number_${operand.column}` : `vigil_step_${operand.step}`;
};

const within = (checked: readonly string[], value: string): string =>
  `CASE WHEN ${checked.map((each) => `ABS(${each}) < ${INTEGER_LIMIT}`).join(' AND ')} THEN ${value} END`;

/** A step as an expression over columns, earlier steps and numbers; NULL where it is missing. */
export const stepOf = (step: Step): string => {
  const reads = step.reads.map(operandOf);
  const [a = '0', b = '0'] = reads;
  switch (step.operation) {
    case 'add':
      return within([`${a} + ${b}`], `${a} + ${b}`);
    case 'subtract':
      return within([`${a} - ${b}`], `${a} - ${b}`);
    case 'multiply':
      return within([product(a, b)], `${a} * ${b}`);
    case 'smaller':
      return `CASE WHEN ${a} <= ${b} THEN ${a} WHEN ${b} < ${a} THEN ${b} END`;
    case 'larger':
      return `CASE WHEN ${a} >= ${b} THEN ${a} WHEN ${b} > ${a} THEN ${b} END`;
    case 'above':
      return `CASE WHEN ${a} > ${b} THEN 1 WHEN ${a} <= ${b} THEN 0 END`;
    case 'atLeast':
      return `CASE WHEN ${a} >= ${b} THEN 1 WHEN ${a} < ${b} THEN 0 END`;
    case 'divide':
      return quotient(a, b);
    case 'sum':
      return total(reads);
    case 'largest':
      return known(reads, `GREATEST(${reads.join(', ')})`);
    case 'smallest':
      return known(reads, `LEAST(${reads.join(', ')})`);
    case 'count':
      return reads.map((read) => `CASE WHEN ${read} = 0 THEN 0 WHEN ${read} <> 0 THEN 1 END`).join(' + ');
    case 'median':
      return known(reads, medianOf(reads));
    case 'trend':
      return trend(reads);
    case 'variation':
      return total(
        reads.slice(1).map((read, place) => `ABS(${read} - ${reads[place]})`),
        `0 * ${a}`,
      );
  }
};

/** A product as a double, which reaches 2^53 exactly where the product itself does and never overflows. */
const product = (a: string, b: string): string => `CAST(${a} AS DOUBLE PRECISION) * CAST(${b} AS DOUBLE PRECISION)`;

/** Missing as soon as one is, which GREATEST and LEAST would pass over. */
const known = (reads: readonly string[], value: string): string =>
  `CASE WHEN ${reads.map((read) => `${read} IS NOT NULL`).join(' AND ')} THEN ${value} END`;

/** A sum whose every running total stays below 2^53. */
const total = (parts: readonly string[], start?: string): string => {
  const all = [...(start === undefined ? [] : [start]), ...parts];
  const running = all.map((_, place) => all.slice(0, place + 1).join(' + '));
  return within(running.slice(Math.min(1, running.length - 1)), running.at(-1) ?? '0');
};

/** The lower median: an element with fewer than half below it and at least half not above it. */
const medianOf = (reads: readonly string[]): string => {
  const rank = (reads.length + 1) >> 1;
  const among = (read: string, sign: string) =>
    reads.map((other) => `CASE WHEN ${other} ${sign} ${read} THEN 1 ELSE 0 END`).join(' + ');
  const cases = reads.map(
    (read) => `WHEN ${among(read, '<')} < ${rank} AND ${among(read, '<=')} >= ${rank} THEN ${read}`,
  );
  return `CASE ${cases.join(' ')} END`;
};

const trend = (reads: readonly string[]): string => {
  const factors = trendFactors(reads.length);
  const parts = reads.map((read, place) => `${read} * CAST(${factors[place]} AS BIGINT)`);
  const large = reads.map((read, place) => product(read, String(factors[place])));
  const inner = total(parts);
  return `CASE WHEN ${large.map((each) => `ABS(${each}) < ${INTEGER_LIMIT}`).join(' AND ')} THEN ${inner} END`;
};

/** Half away from zero, in integers: `/` of whole quotients is the same where it divides integers and where it divides doubles. */
const quotient = (a: string, b: string): string => {
  const [top, bottom] = [`ABS(${a})`, `ABS(${b})`];
  const whole = `CAST((${top} - ${top} % ${bottom}) / ${bottom} AS BIGINT)`;
  const rounded = `${whole} + CASE WHEN 2 * (${top} % ${bottom}) >= ${bottom} THEN 1 ELSE 0 END`;
  return `CASE WHEN ${a} IS NOT NULL AND ${b} <> 0 THEN (${rounded}) * CASE WHEN (${a} < 0) <> (${b} < 0) THEN -1 ELSE 1 END END`;
};
