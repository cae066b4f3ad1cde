import { basename } from 'node:path';
import type { DraftNote } from '../../training/dataset/describe.ts';
import type { Text } from '../domain/text.ts';

/** What a draft guessed, a line for each; what is said of no column is said of the file. */
export const listNotes = (notes: readonly DraftNote[], file: string): Text[] =>
  notes.map(({ column, note }) => {
    const about = column ?? basename(file);
    return { zh: `${about}：${note.zh}`, en: `${about}: ${note.en}` };
  });
