import type { Text } from '../../src/domain/text.ts';
import type { DescribeRequest, DraftNote } from './describe.ts';
import { looksHeaderless } from './header.ts';
import type { FileForm } from './sniff.ts';

const looksNamed: Text = {
  zh: '第一行看起来是列名，却作为数据读取；若文件有表头，请去掉 --no-header',
  en: 'its first line looks like names but was read as data; if it is a header, leave out --no-header',
};

const nameless: Text = {
  zh: '各列没有名称，无法识别受保护的列（年龄、性别等）；请在数据字典中写明',
  en: 'its columns have no names, so none is known to be protected (age, sex, ...); say it in the dictionary',
};

/** What was told of the file's form, and doubts about its first line. */
export const noteForm = (
  { header }: DescribeRequest,
  { file, records, looksNamed: isNamed }: FileForm,
): DraftNote[] => {
  const doubt = file.header ? looksHeaderless(records[0]?.length ?? 0) : looksNamed;
  const isDoubtful = isNamed === !file.header && !(header === true && file.header);
  const told = wordForm(file);
  const notes = [...(told ? [told] : []), ...(file.header ? [] : [nameless]), ...(isDoubtful ? [doubt] : [])];
  return notes.map((note) => ({ column: null, note }));
};

const tab: Text = { zh: '制表符', en: 'tab' };

/** In what a file's form differs from a comma-separated UTF-8 file with a header; null where it does not. */
const wordForm = ({ separator, header, encoding, decimal, thousands, units }: FileForm['file']): Text | null => {
  const quoted = (mark: string): Text => (mark === '\t' ? tab : { zh: `“${mark}”`, en: `"${mark}"` });
  const parts: Text[] = [
    ...(encoding === undefined ? [] : [{ zh: `编码 ${encoding}`, en: `encoding ${encoding}` }]),
    ...(separator === ',' ? [] : [prefix({ zh: '分隔符', en: 'separator' }, quoted(separator))]),
    ...(decimal === undefined ? [] : [prefix({ zh: '小数点', en: 'decimal mark' }, quoted(decimal))]),
    ...(thousands === undefined ? [] : [prefix({ zh: '千位分隔符', en: 'thousands separator' }, quoted(thousands))]),
    ...(units === undefined
      ? []
      : [{ zh: `数字旁的单位 ${units.join('、')}`, en: `units beside numbers ${units.join(', ')}` }]),
    ...(header ? [] : [{ zh: '没有表头', en: 'no header' }]),
  ];
  if (parts.length === 0) return null;
  return {
    zh: `按以下格式读取：${parts.map(({ zh }) => zh).join('，')}`,
    en: `read with ${parts.map(({ en }) => en).join(', ')}`,
  };
};

const prefix = (what: Text, mark: Text): Text => ({ zh: `${what.zh}${mark.zh}`, en: `${what.en} ${mark.en}` });
