/** The name of an axis, in its middle. */
export const axisName = (name: string, nameGap = 28) => ({ name, nameLocation: 'middle' as const, nameGap });

/** Room around a chart. */
export const grid = { left: 62, right: 24, top: 40, bottom: 48 };

/** A share as a whole percentage. */
export const percent = (value: number) => `${Math.round(100 * value)}%`;

/** An axis of shares. */
export const percentAxis = { min: 0, max: 1, axisLabel: { formatter: percent } };

const LONGEST = 20;

/** A text that fits below a chart. */
export const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
