import type { Text } from '../../src/domain/text.ts';

const unclosed: Text = { zh: '有引号没有闭合', en: 'a quote is never closed' };
const stray: Text = { zh: '引号之后还有别的内容', en: 'something follows a closing quote' };

/** What Weka's writer puts behind a backslash for what a line cannot hold. */
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** A fault within a line; whoever knows the line says where. */
export class LineFault extends Error {
  readonly problem: Text;

  constructor(problem: Text) {
    super(problem.en);
    this.problem = problem;
  }
}

/** Where a quoted text that begins at an index ends: just after its closing quote. @throws LineFault */
const endOfQuoted = (line: string, from: number): number => {
  for (let index = from + 1; index < line.length; index++) {
    if (line[index] === '\\') index++;
    else if (line[index] === line[from]) return index + 1;
  }
  throw new LineFault(unclosed);
};

/**
 * The pieces of a line between commas or tabs outside quotes, without spaces around them. A per cent sign at the start of
 * a line or after a space begins a comment.
 * @throws LineFault
 */
export const splitPieces = (line: string): string[] => {
  if (!/['"%]/.test(line)) return line.split(/[,\t]/).map((piece) => piece.trim());
  const pieces: string[] = [];
  let from = 0;
  let index = 0;
  while (index < line.length) {
    const character = line[index] as string;
    const begins = line.slice(from, index).trim() === '' || /\s/.test(line[index - 1] ?? ' ');
    if (character === '%' && begins) break;
    if (character === ',' || character === '\t') {
      pieces.push(line.slice(from, index).trim());
      from = index + 1;
    }
    index = (character === '"' || character === "'") && begins ? endOfQuoted(line, index) : index + 1;
  }
  pieces.push(line.slice(from, index).trim());
  return pieces;
};

/** The text of a piece, its quotes and escapes undone. @throws LineFault */
export const unquote = (piece: string): string => {
  if (piece[0] !== '"' && piece[0] !== "'") return piece;
  const end = endOfQuoted(piece, 0);
  if (end !== piece.length) throw new LineFault(stray);
  return piece.slice(1, -1).replaceAll(/\\(.)/g, (_, character: string) => escapes[character] ?? character);
};

/** The value of a piece of data: a question mark without quotes is not known, and so empty. @throws LineFault */
export const readValue = (piece: string): string => (piece === '?' ? '' : unquote(piece).trim());

/** The name at the start of a text, quoted or up to a space or a brace, and what follows it. @throws LineFault */
export const splitName = (text: string): { name: string; rest: string } => {
  const end = text[0] === '"' || text[0] === "'" ? endOfQuoted(text, 0) : /[\s{]|$/.exec(text)?.index;
  return { name: unquote(text.slice(0, end)), rest: text.slice(end).trim() };
};
