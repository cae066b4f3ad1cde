import { modelFolders } from '../../src/store/folders.ts';
import { openPlan } from '../../src/usecases/open-plan.ts';
import { readGoldenLines } from './golden.ts';

/** The champion as it decides: its model and its policy. */
export const champion = openPlan({
  model: 'taiwan-card',
  modelFolders: modelFolders(undefined),
  policy: undefined,
  day: '2026-06-01',
});

/** Where it stands, and what it is called by. */
export const championPlace = { name: champion.plan.model.name, version: champion.plan.model.version };
export const championId = `${championPlace.name}@${championPlace.version}`;

const blank = Object.fromEntries(champion.plan.features.columns.map(({ name }) => [name, null]));

/** Raw columns of the champion's golden lines, whole: what only the policy reads is not known. */
export const goldenRows = readGoldenLines('taiwan-card').map(({ fields }) => ({ ...blank, ...fields }));

/** One of them. */
export const rowOf = (index: number): (typeof goldenRows)[number] => {
  const row = goldenRows[index % goldenRows.length];
  if (!row) throw new Error('there are no golden lines');
  return row;
};
