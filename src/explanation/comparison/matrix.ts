import type { Text } from '../../domain/text.ts';
import { say } from './words.ts';

/** Rows by what A and B put them into. */
export interface Moves<Step> {
  readonly matrix: readonly { readonly a: Step; readonly b: Step; readonly rows: number }[];
  readonly up: number;
  readonly down: number;
  readonly same: number;
}

/** How many rise, fall and stay, in words. */
export const wordMoves = ({ up, down, same }: Omit<Moves<string>, 'matrix'>): Text => ({
  zh: `${say.up.zh} ${up}，${say.down.zh} ${down}，${say.same.zh} ${same}`,
  en: `${say.up.en} ${up}, ${say.down.en} ${down}, ${say.same.en} ${same}`,
});

/** The steps that occur, mildest first, and a line for each step of A with how many rows go to each step of B. */
export const layOutMoves = <Step extends string>(
  { matrix }: Moves<Step>,
  names: Readonly<Record<Step, Text>>,
): { readonly steps: readonly Text[]; readonly lines: readonly { readonly from: Text; readonly rows: string[] }[] } => {
  const steps = (Object.keys(names) as Step[]).filter((step) => matrix.some(({ a, b }) => a === step || b === step));
  const count = (from: Step, to: Step) => matrix.find(({ a, b }) => a === from && b === to)?.rows ?? 0;
  return {
    steps: steps.map((step) => names[step]),
    lines: steps.map((from) => ({ from: names[from], rows: steps.map((to) => String(count(from, to))) })),
  };
};
