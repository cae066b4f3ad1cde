import { z } from 'zod';
import { type IndustrySection, industrySections } from './industry-sections.ts';
import { says } from './issue.ts';
import { matching } from './text.ts';

const Section = z.enum(Object.keys(industrySections) as [IndustrySection]);

const isOfSection = (section: IndustrySection, division: string): boolean => {
  const [first, last] = industrySections[section].divisions;
  return Number(division) >= first && Number(division) <= last;
};

const listDivisions = ([first, last]: readonly [number, number]): string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => String(first + index).padStart(2, '0'));

/** An industry: a section of GB/T 4754-2017 and, where it is known, one of its divisions (two digits). */
export const Industry = z
  .strictObject({
    section: Section,
    division: matching(/^[0-9]{2}$/, { zh: '应为两位数字的大类', en: 'must be a division of two digits' }).nullable(),
  })
  .refine(({ section, division }) => division === null || isOfSection(section, division), {
    ...says({ zh: '大类不属于该门类（GB/T 4754-2017）', en: 'is no division of the section (GB/T 4754-2017)' }),
    path: ['division'],
  })
  .meta({
    anyOf: Object.entries(industrySections).map(([section, { divisions }]) => ({
      properties: { section: { const: section }, division: { enum: [...listDivisions(divisions), null] } },
    })),
  });
export type Industry = z.infer<typeof Industry>;
