import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HeldFold, openHeldFold } from '../../src/cli/held-fold.ts';
import { readConfig } from '../../src/config.ts';
import type { EventItem } from '../../src/domain/event.ts';
import { cardCatalogueFor } from '../../src/features/catalogue/card-columns.ts';
import { createFeatureComputer, noSurroundings } from '../../src/features/compute.ts';
import { unveilDemo } from '../../src/usecases/demo-truth.ts';
import { loadHeld } from '../../src/usecases/held-demo.ts';
import { unwatched } from '../../src/usecases/long-work.ts';
import { assignFolds } from '../../training/dataset/folds.ts';
import type { Frame } from '../../training/dataset/frame.ts';
import { useDatabases } from '../support/databases.ts';
import { useFolder } from '../support/folder.ts';
import { openPredictor } from '../support/predictions.ts';
import { loadReal } from './load-real.ts';

const file = fileURLToPath(new URL('../../../shared/data/taiwan-credit-card/UCI_Credit_Card.csv.gz', import.meta.url));
const files = useFolder();
const databases = useDatabases(files);
const config = readConfig({});

let fold: HeldFold;
let frame: Frame;
beforeAll(async () => {
  fold = await openHeldFold({ config }, file);
  frame = await loadReal('taiwan-credit-card');
});

const toHistoric = (item: EventItem) => {
  const times = { knownAt: item.occurredAt, recordedAt: item.occurredAt, isBackfilled: true };
  return { ...item, ...times } as Parameters<ReturnType<typeof createFeatureComputer>['date']>[0][number];
};

describe('the held-out fold as a demo', () => {
  it('is the rows that the champion has not seen, with who of them defaulted', () => {
    const folds = assignFolds('taiwan', frame);
    const held = [...folds.keys()].filter((row) => folds[row] === 0);
    expect(fold.customers).toHaveLength(held.length);
    expect(fold.bad).toHaveLength(held.filter((row) => frame.labels[row] === 1).length);
    expect(fold.starts).toBe('2005-09-30T16:00:00.000Z');
  });

  it('gives back, by its statements, every column of every row as the file has it', () => {
    const catalogue = cardCatalogueFor('TWD') ?? [];
    const { date, compute } = createFeatureComputer(catalogue, config.timeZone);
    const columns = catalogue.map(
      ({ name }) => frame.columns.find(({ definition }) => definition.name === name)?.values,
    );
    for (const events of fold.customers) {
      const [first] = events;
      const row = Number(first && 'customerId' in first ? first.customerId.replace('tw-', '') : '') - 1;
      const { values } = compute(date(events.map(toHistoric)), fold.starts, noSurroundings);
      expect([...values]).toEqual(columns.map((column) => column?.[row]));
    }
  });

  it('is decided for by the champion at the end of what was observed, and unveiled when asked', async () => {
    const database = await databases.open('embedded');
    const now = () => new Date('2026-11-23T04:00:00Z');
    const { predictor } = await openPredictor(database, now);
    const few = { ...fold, customers: fold.customers.slice(0, 60) };
    expect(await loadHeld(database, few, { predictor, now }, unwatched)).toMatchObject({ state: 'loaded' });
    expect(await loadHeld(database, few, { predictor, now }, unwatched)).toMatchObject({ state: 'loaded' });
    const { all, tiers, unscored, auc } = await unveilDemo(database, new Set(fold.bad));
    expect(all.customers).toBe(60);
    expect(tiers.low.customers + tiers.medium.customers + tiers.high.customers).toBe(60);
    expect(all.defaulted).toBe(tiers.low.defaulted + tiers.medium.defaulted + tiers.high.defaulted);
    expect(unscored.customers).toBeLessThan(10);
    expect(auc).toBeGreaterThan(0.5);
    const { rows } = await database.pool.query<{ text: string }>(`SELECT text FROM records WHERE kind = 'decision'`);
    const decisions = rows.map(
      ({ text }) => JSON.parse(text) as { readonly asOf: string; readonly simulated?: boolean },
    );
    expect(decisions).toHaveLength(60);
    expect(decisions.every(({ asOf, simulated }) => asOf === fold.starts && simulated === undefined)).toBe(true);
  });

  it('is refused of a file that lacks a row', async () => {
    const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
    const other = files.write('UCI_Credit_Card.csv', `${lines.slice(0, -1).join('\n')}\n`);
    await expect(openHeldFold({ config }, other)).rejects.toMatchObject({ code: 'demo_refused' });
  });
});
