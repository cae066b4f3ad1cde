import type { Text } from '../../src/domain/text.ts';

/** A column that is no input, and why. */
export interface LeftOut {
  readonly name: string;
  readonly why: Text;
}

/** Columns that are named; of more only the number is said. */
const MOST_NAMED = 5;

/** Lists columns that are no inputs with the reason of each. */
export const listLeftOut = (columns: readonly LeftOut[]): Text => {
  if (columns.length === 0) return { zh: '无', en: 'none' };
  const named = columns.slice(0, MOST_NAMED);
  const more = columns.length - named.length;
  return {
    zh:
      named.map(({ name, why }) => `${name}（${why.zh}）`).join('、') + (more > 0 ? ` 等共 ${columns.length} 列` : ''),
    en: named.map(({ name, why }) => `${name} (${why.en})`).join(', ') + (more > 0 ? ` and ${more} more` : ''),
  };
};
