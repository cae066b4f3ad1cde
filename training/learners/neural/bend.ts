import { joinPenalties, type Part, startsOf } from './part.ts';

/**
 * Curvature of the penalised log loss: for each two weights the sum over the rows of what both say of it times how hard
 * its score holds, and on the diagonal the penalties.
 * @param spreads second derivative of each row's log loss
 */
export const measureBend = (parts: readonly Part[], spreads: Float64Array): Float64Array => {
  const { starts, total } = startsOf(parts.map(({ width }) => width));
  const curvature = new Float64Array(total * total);
  for (const [place, part] of parts.entries()) {
    const row = starts[place] as number;
    for (let other = 0; other <= place; other++) {
      const partner = parts[other] as Part;
      const block = multiplyBlock(part, partner, countTogether(part, partner, spreads));
      writeBlock(curvature, block, { row, column: starts[other] as number, height: part.width, total });
    }
  }
  for (const [place, cost] of joinPenalties(parts).entries()) {
    const at = place * (total + 1);
    curvature[at] = (curvature[at] as number) + cost;
  }
  return curvature;
};

/** Sum over the rows in each two cells of two parts, row-major. */
const countTogether = (left: Part, right: Part, spreads: Float64Array): Float64Array => {
  const sums = new Float64Array(left.count * right.count);
  const [rows, columns, stride] = [left.cells, right.cells, right.count];
  for (let row = 0; row < spreads.length; row++) {
    const at = (rows[row] as number) * stride + (columns[row] as number);
    sums[at] = (sums[at] as number) + (spreads[row] as number);
  }
  return sums;
};

/** The left basis, transposed, times the sums times the right basis. */
const multiplyBlock = (left: Part, right: Part, sums: Float64Array): Float64Array => {
  const block = new Float64Array(left.width * right.width);
  const line = new Float64Array(right.width);
  for (let i = 0; i < left.count; i++) {
    line.fill(0);
    for (let j = 0; j < right.count; j++) {
      const value = sums[i * right.count + j] as number;
      if (value === 0) continue;
      const at = j * right.width;
      for (let index = 0; index < right.width; index++) {
        line[index] = (line[index] as number) + value * (right.basis[at + index] as number);
      }
    }
    for (let place = 0; place < left.width; place++) {
      const value = left.basis[i * left.width + place] as number;
      if (value === 0) continue;
      const at = place * right.width;
      for (let index = 0; index < right.width; index++) {
        block[at + index] = (block[at + index] as number) + value * (line[index] as number);
      }
    }
  }
  return block;
};

/** Writes a block into a symmetric matrix, and its mirror image. */
const writeBlock = (
  matrix: Float64Array,
  block: Float64Array,
  { row, column, height, total }: { row: number; column: number; height: number; total: number },
): void => {
  const width = block.length / height;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const value = block[i * width + j] as number;
      matrix[(row + i) * total + column + j] = value;
      matrix[(column + j) * total + row + i] = value;
    }
  }
};
