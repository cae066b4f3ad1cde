import { civilDay } from '../../src/features/civil-day.ts';

/** The civil day on which a measurement runs. */
export const today = (): string => civilDay(new Date().toISOString(), 'UTC');
