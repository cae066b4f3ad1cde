import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../src/cli/output.ts';
import { AppError, type ErrorCode, errors } from '../src/errors.ts';
import { readText } from '../src/store/json.ts';

const readme = readText(fileURLToPath(new URL('../README.md', import.meta.url)));
const codes = Object.keys(errors) as ErrorCode[];
const namesIn = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe('the table of errors', () => {
  it("is the README's error section: every code with its kind and exit code, and no other", () => {
    const rows = [...readme.matchAll(/^\| `([a-z0-9_]+)` \| (\w+) \| (\d+) \|/gm)].map(([, code, kind, exit]) => ({
      code,
      kind,
      exit: Number(exit),
    }));
    expect(rows).toEqual(codes.map((code) => ({ code, kind: errors[code].kind, exit: exitCodes[errors[code].kind] })));
  });

  it.each(codes)('%s says the same values in both languages, in one line', (code) => {
    const { zh, en } = errors[code];
    expect(namesIn(zh)).toEqual(namesIn(en));
    expect(zh + en).not.toContain('\n');
  });

  it('fills every value in', () => {
    const error = new AppError('bad_cell', {
      file: 'a.csv',
      row: 7,
      column: 'AGE',
      value: 'x',
      problem: { zh: '不是数字', en: 'not a number' },
    });
    expect(error.detail('en')).toBe('File a.csv, row 7, column AGE, value "x": not a number.');
    expect(error.detail('zh')).toBe('文件 a.csv 第 7 行 AGE 列的值“x”有误：不是数字。');
  });
});
