import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dictionary, Dictionary as DictionaryForm } from '../../src/domain/dictionary.ts';
import { loadFrame } from '../../training/dataset/load.ts';
import { TrainingSettings } from '../../training/settings.ts';
import { refuseOverlap } from '../../training/validation/overlap.ts';
import { createDictionary, createFrame, createIgnoredColumn, createNumberColumn } from '../factories/frame.ts';
import { runVigil } from '../support/cli.ts';
import { toCsv } from '../support/csv.ts';
import { faultOf } from '../support/fault.ts';
import { useFolder } from '../support/folder.ts';
import { createRandom } from '../support/random.ts';
import { trainSample } from '../support/sample.ts';

const files = useFolder();
const DAY = 86_400_000;
const dayText = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

const target = { ...createDictionary().target, horizonDays: 90 };
const names = ['x', 'who', 'seen', 'ended', 'quarter'];
const columns = [createNumberColumn({ name: 'x' }), ...names.slice(1).map((name) => createIgnoredColumn(name))];
const dictionaryOf = (change: Partial<Dictionary> = {}): Dictionary =>
  createDictionary({ columns, target, customer: 'who', dates: { observed: 'seen', outcome: 'ended' }, ...change });

/** A row of a customer, observed on a day; what ended lies just behind it. */
interface Row {
  readonly who: string;
  readonly day: number;
}

const rows = fc.array(fc.record({ who: fc.constantFrom('a', 'b', 'c', 'd'), day: fc.integer({ min: 0, max: 400 }) }), {
  minLength: 1,
  maxLength: 8,
});

const frameOf = (made: readonly Row[]) => {
  const ids = [...new Set(made.map(({ who }) => who))];
  return {
    ...createFrame(
      [{ column: createNumberColumn({ name: 'x' }), values: made.map(() => 0) }],
      made.map(() => 0),
    ),
    dictionary: dictionaryOf(),
    customers: Float64Array.from(made, ({ who }) => ids.indexOf(who)),
    customerIds: ids,
    observed: Float64Array.from(made, ({ day }) => day),
  };
};

const random = createRandom(11);
/** Rows of a file: customers named from a number on, each observed every so many days. */
const draw = (customers: number, from: number, days: readonly number[]): string[][] =>
  Array.from({ length: customers }, (_, customer) =>
    days.map((day, place) => {
      const x = random.whole(0, 100);
      const isBad = random.uniform() < 0.1 + x / 250;
      return [String(x), `C${from + customer}`, dayText(day), dayText(day + 90), String(place), isBad ? '1' : '0'];
    }),
  ).flat();
const write = (name: string, drawn: readonly (readonly string[])[]): string =>
  files.write(name, toCsv([[...names, 'y'], ...drawn]));

describe('rows a model is judged on', () => {
  it('are refused exactly where a window of a customer overlaps one in training, by the first such row', () => {
    fc.assert(
      fc.property(rows, rows, (learned, tested) => {
        const frame = frameOf(tested);
        const refuse = () =>
          refuseOverlap(frameOf(learned), { frame, rows: Uint32Array.from(tested, (_, row) => row), file: 'x.csv' });
        const inWindow = ({ who, day }: Row, at: number) =>
          learned.some(
            (each) => each.who === who && each.day <= at && at < each.day + 90 && day <= at && at < day + 90,
          );
        const first = tested.findIndex((row) =>
          Array.from({ length: 500 }, (_, at) => at).some((at) => inWindow(row, at)),
        );
        if (first < 0) expect(refuse).not.toThrow();
        else expect(refuse).toThrow(new RegExp(`x\\.csv.*row ${first + 1}\\b`));
      }),
      { numRuns: 60 },
    );
  });

  it('of a customer trained on are refused where nothing tells the windows apart', async () => {
    const { dates: _, ...undated } = dictionaryOf();
    const [one, other] = await Promise.all(
      ['one.csv', 'other.csv'].map((name, place) => loadFrame(undated, write(name, draw(3, 2 * place, [0])))),
    );
    const fault = await faultOf(() =>
      refuseOverlap(one as never, { frame: other as never, rows: Uint32Array.of(1, 0), file: 'other.csv' }),
    );
    expect(fault).toMatchObject({ code: 'bad_row' });
    expect(fault.detail('en')).toContain('row 1');
  });

  it('that are later periods must lie as far behind training as the target looks ahead', async () => {
    const periods = { column: 'quarter', fitTo: 0, calibrateTo: 1 };
    const settings = TrainingSettings.parse({ intervalRefits: 2, coverageRefits: 1, validation: { replicates: 20 } });
    const trainOn = async (name: string, days: readonly number[]) =>
      trainSample(await loadFrame(dictionaryOf({ periods }), write(name, draw(200, 0, days))), {
        settings,
        holdout: 'later',
      });
    expect((await faultOf(() => trainOn('near.csv', [0, 90, 120]))).detail('en')).toContain('row 3');
    expect((await trainOn('far.csv', [0, 90, 180])).validation.data.kind).toBe('later');
  });
});

describe('vigil validate on a file of its own', () => {
  const folder = files.folder();
  const models = join(folder, 'models');
  const dictionary = join(folder, 'panel.json');
  const run = (...args: string[]) => runVigil([...args], { cwd: folder, env: {} });
  const validate = (data: string, ...args: string[]) =>
    run('validate', 'panel@1', '--models', models, '--data', data, '--out', join(folder, 'found'), ...args);

  it('refuses customers trained on, says where it could not look, and takes nothing else for the training data', async () => {
    const trained = write('trained.csv', draw(300, 0, [0]));
    const strangers = write('strangers.csv', draw(300, 1_000, [0]));
    const known = write('known.csv', [...draw(299, 1_000, [0]), ...draw(300, 0, [30]).slice(0, 40)]);
    mkdirSync(models, { recursive: true });
    writeFileSync(
      dictionary,
      JSON.stringify(DictionaryForm.parse(dictionaryOf({ file: { ...createDictionary().file, path: trained } }))),
    );
    const ran = await run(
      'train',
      '--data',
      trained,
      '--out',
      models,
      '--dictionary',
      dictionary,
      '--name',
      'panel',
      '--learner',
      'scorecard',
    );
    expect(ran.code, ran.stderr).toBe(0);
    const clean = await validate(strangers, '--trained-on', trained);
    expect(clean.code, clean.stderr).toBe(0);
    expect(clean.stdout).toContain('checked: no performance window overlaps');
    const refused = await validate(known, '--trained-on', trained);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/known\.csv.*row 300\b.*overlaps/);
    const mistaken = await validate(known, '--trained-on', strangers);
    expect(mistaken.code).toBe(2);
    expect(mistaken.stderr).toContain('does not hold the rows the model was trained on');
    writeFileSync(trained, 'gone');
    const blind = await validate(strangers);
    expect(blind.code, blind.stderr).toBe(0);
    expect(blind.stdout).toContain('not checked whether customers were trained on');
  });
});
