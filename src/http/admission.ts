import type { Request, Response } from 'express';
import { appError } from '../errors.ts';

/** Bytes of large bodies that may be at work at once; read and parsed they take several times as much. */
const MOST_BYTES = 32 * 1_024 * 1_024;

/**
 * Lets large bodies in while there is room for them, before they are read. A body that does not say how large it is, or
 * is packed, counts as the largest.
 * @param limit of one body, in bytes
 * @throws overloaded
 */
export type AdmitLarge = (req: Request, res: Response, limit: number) => void;

/** One measure for all endpoints that take large bodies. */
export const createAdmission = (): AdmitLarge => {
  let held = 0;
  return (req, res, limit) => {
    const { 'content-length': told, 'content-encoding': packing = 'identity' } = req.headers;
    const bytes = Math.min(told === undefined || packing !== 'identity' ? limit : Number(told), limit);
    if (held + bytes > MOST_BYTES) throw appError('overloaded');
    held += bytes;
    res.once('close', () => {
      held -= bytes;
    });
  };
};
