import type { Input } from '../domain/model.ts';
import { codeBins, missingBin, otherBin } from '../model/bins.ts';
import { type Operand, type Step, trendFactors } from './layout.ts';
import type { ColumnPlace, RowFormula, RowSheet } from './sheet.ts';

/** Spreadsheets keep 15 digits, so below this they are exact, */
export const EXACT = '10^15';
/** and from this on a number is surely at or above 2^53 and counts as missing. */
const SURELY_TOO_LARGE = '10^16';
/** Running totals that are written into one formula; longer sums get columns of their own. */
const MOST_INLINE = 12;

type At = Parameters<RowFormula>[0];
/** An expression in a row's terms. */
type Part = (at: At) => string;

/** The integer `value x 10^decimals` of a typed number, half away from zero; empty = missing. */
export const scaled = (place: ColumnPlace, decimals: number): RowFormula => {
  const rounded = (cell: string) =>
    decimals === 0 ? `ROUND(${cell},0)` : `ROUND(ROUND(${cell},${decimals})*10^${decimals},0)`;
  return (at) => `IF(ISNUMBER(${at(place)}),${rounded(at(place))},"")`;
};

/** A typed category as the table of bins has it: neutralised; empty = missing. */
export const category =
  (place: ColumnPlace): RowFormula =>
  (at) => {
    const cell = at(place);
    return `IF(${cell}="","",IF(ISNUMBER(FIND(LEFT(${cell},1),"=+-@'"&CHAR(9)&CHAR(13))),"'","")&${cell})`;
  };

/** A column as it counts in arithmetic. */
export const counted =
  (place: ColumnPlace, codes: readonly { value: number; countsAs: number | null }[]): RowFormula =>
  (at) => {
    const cell = at(place);
    const inner = codes.reduceRight(
      (rest, { value, countsAs }) => `IF(${cell}=${value},${countsAs ?? '""'},${rest})`,
      cell,
    );
    return `IF(${cell}="","",${inner})`;
  };

/** Adds the columns of a step and answers the one that holds its result. */
export const addStep = (
  { operation, reads }: Step,
  {
    sheet,
    title,
    read,
  }: { sheet: RowSheet; title: readonly [string, string, string]; read: (operand: Operand) => Part },
): ColumnPlace => {
  const parts = reads.map(read);
  const [a = () => '0', b = () => '0'] = parts;
  const add = (formula: RowFormula) => sheet.add(title, formula);
  const known = (value: Part): RowFormula => {
    return (at) => `IF(COUNT(${parts.map((part) => part(at)).join(',')})=${parts.length},${value(at)},"")`;
  };
  const fold = (name: string): RowFormula => known((at) => `${name}(${parts.map((part) => part(at)).join(',')})`);
  switch (operation) {
    case 'add':
      return add(known((at) => within([`${a(at)}+${b(at)}`], `${a(at)}+${b(at)}`)));
    case 'subtract':
      return add(known((at) => within([`${a(at)}-${b(at)}`], `${a(at)}-${b(at)}`)));
    case 'multiply':
      return add(known((at) => within([`${a(at)}*${b(at)}`], `${a(at)}*${b(at)}`)));
    case 'above':
      return add(known((at) => `IF(${a(at)}>${b(at)},1,0)`));
    case 'atLeast':
      return add(known((at) => `IF(${a(at)}>=${b(at)},1,0)`));
    case 'smaller':
    case 'smallest':
      return add(fold('MIN'));
    case 'larger':
    case 'largest':
      return add(fold('MAX'));
    case 'count':
      return add(known((at) => parts.map((part) => `IF(${part(at)}<>0,1,0)`).join('+')));
    case 'divide':
      return addQuotient(a, b, add, known);
    case 'sum':
      return addTotal(parts, add, known);
    case 'median':
      return add(known(medianOf(parts)));
    case 'trend': {
      const factors = trendFactors(parts.length);
      return addTotal(
        parts.map((part, place) => (at) => `${part(at)}*${bracketed(factors[place] as number)}`),
        add,
        known,
      );
    }
    case 'variation':
      return addTotal(
        [
          () => '0',
          ...parts.slice(1).map(
            (part, place): Part =>
              (at) =>
                `ABS(${part(at)}-${parts[place]?.(at)})`,
          ),
        ],
        add,
        known,
      );
  }
};

/** The lower median: the least part that at least half of them do not exceed. */
const medianOf =
  (parts: readonly Part[]): Part =>
  (at) => {
    const cells = parts.map((part) => part(at));
    const upTo = (cell: string) => cells.map((other) => `(${other}<=${cell})`).join('+');
    const rank = (cells.length + 1) >> 1;
    return `MIN(${cells.map((cell) => `IF(${upTo(cell)}>=${rank},${cell},MAX(${cells.join(',')}))`).join(',')})`;
  };

const bracketed = (value: number): string => (value < 0 ? `(${value})` : String(value));

/** A number as an operand. */
export const constant =
  (value: number): Part =>
  () =>
    bracketed(value);

/** What is checked stays exact, or is surely missing; between the two the step says so by being too large itself. */
const within = (checked: readonly string[], value: string): string => {
  const magnitudes = checked.map((each) => `ABS(${each})`).join(',');
  const most = checked.length === 1 ? magnitudes : `MAX(${magnitudes})`;
  return `IF(${most}<${EXACT},${value},IF(${most}<${SURELY_TOO_LARGE},${EXACT},""))`;
};

type Add = (formula: RowFormula) => ColumnPlace;

/** A sum of which each part and each running total stays exact. */
const addTotal = (parts: readonly Part[], add: Add, known: (value: Part) => RowFormula): ColumnPlace => {
  const first = parts.slice(0, MOST_INLINE);
  let place = add(
    known((at) => {
      const texts = first.map((part) => part(at));
      const running = texts.map((_, index) => texts.slice(0, index + 1).join('+'));
      return within([...texts, ...running.slice(1)], running.at(-1) ?? '0');
    }),
  );
  for (const part of parts.slice(MOST_INLINE)) {
    const before = place;
    place = add((at) => {
      const sum = `${at(before)}+${part(at)}`;
      return `IF(${at(before)}="","",${within([part(at), sum], sum)})`;
    });
  }
  return place;
};

/** Half away from zero: the whole part first, taken back by one where the division was rounded up to it. */
const addQuotient = (a: Part, b: Part, add: Add, known: (value: Part) => RowFormula): ColumnPlace => {
  const whole = add(
    known((at) => {
      const [top, bottom] = [`ABS(${a(at)})`, `ABS(${b(at)})`];
      return `IF(${b(at)}=0,"",INT(${top}/${bottom})-IF(INT(${top}/${bottom})*${bottom}>${top},1,0))`;
    }),
  );
  return add((at) => {
    const [top, bottom, quotient] = [`ABS(${a(at)})`, `ABS(${b(at)})`, at(whole)];
    const rounded = `${quotient}+IF(2*(${top}-${quotient}*${bottom})>=${bottom},1,0)`;
    return `IF(${quotient}="","",(${rounded})*IF((${a(at)}<0)<>(${b(at)}<0),-1,1))`;
  });
};

/** Where the table of bins keeps what an input's bins are told by. */
export interface BinRanges {
  /** Edges of a number, or values of a category; null = there are none. */
  readonly keys: string | null;
  /** The bins of a category's values. */
  readonly bins: string;
}

/** The bin of a value: codes first, then edges; a category by its group, else "other". */
export const binFormula = (input: Input, value: string, { keys, bins }: BinRanges): string => {
  const ordinary = input.categories ? categoryBin(value, keys, bins, otherBin(input)) : edgeBin(value, keys);
  const coded = codeBins(input).reduceRight((rest, code) => `IF(${value}=${code.value},${code.bin},${rest})`, ordinary);
  return `IF(${value}="",${missingBin(input)},${coded})`;
};

const edgeBin = (value: string, keys: string | null): string =>
  keys === null ? '0' : `IFERROR(MATCH(${value},${keys},1),0)`;

/** MATCH would take capitals for small letters and stars for anything. */
const categoryBin = (value: string, keys: string | null, bins: string, other: number | null): string =>
  keys === null
    ? String(other)
    : `IF(SUMPRODUCT(EXACT(${keys},${value})*1)=0,${other},SUMPRODUCT(EXACT(${keys},${value})*${bins}))`;

/** `floor(dividend / 10^9)` of an integer. */
export const floorBillionth = (dividend: string): string =>
  `INT((${dividend})/10^9)-IF(INT((${dividend})/10^9)*10^9>${dividend},1,0)`;
