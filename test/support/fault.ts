import { AppError } from '../../src/errors.ts';

/** The fault of the table that some work ends in; anything else it does fails the test. */
export const faultOf = async (work: () => unknown): Promise<AppError> => {
  try {
    await work();
  } catch (fault) {
    if (fault instanceof AppError) return fault;
    throw fault;
  }
  throw new Error('nothing was thrown');
};
