import type { Step } from './layout.ts';
import { stepOf } from './sql-steps.ts';

/** One SELECT over the one before. */
export interface Level {
  readonly name: string;
  readonly select: readonly string[];
  readonly from: string;
}

/** A level as text, indented part by part, not line by line, since a category may hold a line break. */
export const toSelect = ({ select, from }: Level, margin = ''): string =>
  `${margin}SELECT\n${select.map((part) => `${margin}  ${part}`).join(',\n')}\n${margin}FROM ${from}`;

/** A name, and names with points between them, as identifiers; a text as a literal. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quotePath = (path: string): string => path.split('.').map(quote).join('.');
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Steps in as few levels as their order allows, each reading the one before.
 * @param carried columns of the first level that every level hands on, those that the steps read among them
 */
export const stepLevels = (steps: readonly Step[], carried: readonly string[], first: string): Level[] => {
  const depths: number[] = [];
  for (const { reads } of steps) {
    depths.push(1 + Math.max(0, ...reads.map((read) => ('step' in read ? (depths[read.step] as number) : 0))));
  }
  const levels: Level[] = [];
  for (let depth = 1; depths.includes(depth); depth++) {
    const earlier = steps.flatMap((_, step) => ((depths[step] as number) < depth ? [`vigil_step_${step}`] : []));
    const now = steps.flatMap((step, place) =>
      depths[place] === depth ? [`${stepOf(step)} AS vigil_step_${place}`] : [],
    );
    levels.push({
      name: `vigil_steps_${depth}`,
      select: [...carried, ...earlier, ...now],
      from: levels.at(-1)?.name ?? first,
    });
  }
  return levels;
};
