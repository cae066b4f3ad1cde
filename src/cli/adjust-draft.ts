import { statSync } from 'node:fs';
import type { z } from 'zod';
import {
  type Adjustment,
  AdjustmentContent,
  type AdjustmentEffect,
  AdjustmentFile,
  type AdjustmentSignature,
} from '../domain/adjustment.ts';
import { readFault } from '../domain/issue.ts';
import type { Input, Model } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import { civilDay } from '../features/civil-day.ts';
import { parseScaled } from '../features/column.ts';
import { countBins, createEncode } from '../model/bins.ts';
import { signAdjustment } from '../store/adjustment-signatures.ts';
import { modelFolders } from '../store/folders.ts';
import { parseJson, readText } from '../store/json.ts';
import { findModel, readModel } from '../store/models.ts';
import { readKeyFile } from '../store/private-key.ts';
import { checkAdjustment, placeAdjustment } from '../usecases/adjust.ts';
import { measureOnFile } from '../usecases/adjust-effect.ts';
import { acceptedFormat, openPlan } from '../usecases/open-plan.ts';
import type { DraftOptions } from './adjust-options.ts';
import type { PinnedModel } from './arguments.ts';
import { createChooseHeld } from './compare-held.ts';
import { findData } from './compare-rows.ts';
import { type Console, withCancel } from './output.ts';

/** An adjustment that was checked and proved against its model, and what it came with. */
export interface Draft {
  readonly adjustment: Adjustment;
  readonly signature: AdjustmentSignature | null;
  readonly effects: readonly AdjustmentEffect[];
  readonly model: Model;
}

/**
 * Makes an adjustment of a file or of options, proves it against the model in its folder, measures it on rows where these
 * are named, and signs it where a key is.
 * @throws bad_arguments, bad_json, bad_artifact, model_missing, adjustment_unfit, adjustment_not_monotone, bad_signing_key,
 * and what reading rows throws
 */
export const makeDraft = async (console: Console, file: string | undefined, options: DraftOptions): Promise<Draft> => {
  const read = file === undefined ? null : readDraft(file);
  const place = read?.model ?? options.model;
  if (!place) throw badDraft({ zh: '请用 --model 指定模型版本', en: 'name the version with --model' });
  const { name, version } = place;
  const model = readModel(findModel(`${name}@${version}`, modelFolders(options.models)).path);
  const content = read?.content ?? writeContent(options, model);
  const adjustment = placeAdjustment(content, model);
  refuseOther(file ?? '', read?.fingerprint, adjustment);
  checkAdjustment(model, adjustment, []);
  const { key } = options;
  const signature =
    key === undefined
      ? (read?.signature ?? null)
      : signAdjustment(
          adjustment,
          readKeyFile(key, (problem, cause) => appError('bad_signing_key', { source: key, problem }, { cause })),
        );
  const effects = options.rows === undefined ? [] : [await measureRows(console, adjustment, options)];
  return { adjustment, signature, effects, model };
};

/**
 * Adjustments in files, for a model that they are to be tried on; nothing is asked of their days, segments or signatures.
 * @throws bad_json, bad_artifact, adjustment_unfit, adjustment_not_monotone, fingerprint_mismatch
 */
export const readDrafts = (files: readonly string[], model: Model): Adjustment[] => {
  const adjustments: Adjustment[] = [];
  for (const file of files) {
    const { content, fingerprint } = readDraft(file);
    const adjustment = placeAdjustment(content, model);
    refuseOther(file, fingerprint, adjustment);
    checkAdjustment(model, adjustment, adjustments);
    adjustments.push(adjustment);
  }
  return adjustments;
};

/** Refuses a file that was changed, or drafted for another content of the version. @throws fingerprint_mismatch */
const refuseOther = (file: string, drafted: string | undefined, { fingerprint }: Adjustment): void => {
  if (drafted !== undefined && drafted !== fingerprint) throw appError('fingerprint_mismatch', { file });
};

const badDraft = (problem: Text) => appError('bad_arguments', { problem });

/** What a file holds: an adjustment that was drafted, or one written by hand without fingerprints. */
interface ReadDraft {
  readonly content: AdjustmentContent;
  readonly model?: PinnedModel;
  readonly fingerprint?: string;
  readonly signature?: AdjustmentSignature | null;
}

const readDraft = (file: string): ReadDraft => {
  const data = parseJson(readText(file), file);
  const isDrafted = typeof data === 'object' && data !== null && 'adjustment' in data;
  const parse = <Schema extends z.ZodType>(schema: Schema): z.output<Schema> => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return parsed.data;
    throw appError('bad_artifact', { file, ...readFault(parsed.error, data) });
  };
  if (!isDrafted) return { content: parse(AdjustmentContent) };
  const { adjustment, signature } = parse(AdjustmentFile);
  const { model, fingerprint, ...content } = adjustment;
  return { content, model, fingerprint, signature };
};

/** The options that an adjustment without a file needs. */
const needed = ['name', 'owner', 'reasonZh', 'reasonEn', 'from', 'to', 'microLogits'] as const;

const toFlag = (option: string): string => `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const writeContent = (options: DraftOptions, model: Model): AdjustmentContent => {
  const absent = needed.filter((option) => options[option] === undefined).map(toFlag);
  if (absent.length > 0) {
    const listed = absent.join(', ');
    throw badDraft({ zh: `缺少 ${listed}（或给出文件）`, en: `${listed} needed, or a file` });
  }
  const { name, owner, reasonZh, reasonEn, from, to, segment } = options;
  const written = {
    schema: 1,
    name,
    owner,
    reason: { zh: reasonZh, en: reasonEn },
    from,
    to,
    segments: segment ?? null,
    tables: [writeTable(options, model)],
  };
  const parsed = AdjustmentContent.safeParse(written);
  if (parsed.success) return parsed.data;
  const { place, problem } = readFault(parsed.error, written);
  const at = typeof place === 'string' ? { zh: place, en: place } : place;
  throw badDraft({ zh: `${at.zh} ${problem.zh}`, en: `${at.en} ${problem.en}` });
};

const writeTable = (options: DraftOptions, model: Model): Adjustment['tables'][number] => {
  const { input: wanted, bin, value, microLogits = 0 } = options;
  const isPlaced = bin !== undefined || value !== undefined;
  if (wanted === undefined) {
    if (isPlaced) throw badDraft({ zh: '--bin 和 --value 须与 --input 同用', en: '--bin and --value go with --input' });
    return { inputs: [], microLogits: [microLogits] };
  }
  const input = model.inputs.find(({ name }) => name === wanted);
  if (!input) {
    const names = model.inputs.map(({ name }) => name).join(', ');
    throw badDraft({
      zh: `模型没有输入 ${wanted}，只有：${names}`,
      en: `the model has no input ${wanted}, but ${names}`,
    });
  }
  if ((bin === undefined) === (value === undefined)) {
    throw badDraft({ zh: '--input 须与 --bin 或 --value 之一同用', en: '--input goes with either --bin or --value' });
  }
  const { first, last } = bin === undefined ? findBin(input, value ?? '') : parseBins(input, bin);
  const cells = Array.from({ length: countBins(input) }, (_, place) =>
    place >= first && place <= last ? microLogits : 0,
  );
  return { inputs: [input.name], microLogits: cells };
};

interface Bins {
  readonly first: number;
  readonly last: number;
}

const parseBins = (input: Input, text: string): Bins => {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [first, last] = [Number(from ?? Number.NaN), Number(to ?? Number.NaN)];
  const most = countBins(input) - 1;
  if (first <= last && last <= most) return { first, last };
  throw badDraft({
    zh: `--bin 应为 0 到 ${most} 的编号或范围，而不是“${text}”`,
    en: `--bin takes a number from 0 to ${most} or a range of them, not "${text}"`,
  });
};

const findBin = (input: Input, text: string): Bins => {
  const names = input.categories?.map(({ value }) => value) ?? null;
  const value = names ? names.indexOf(text) : parseScaled(text, input.decimals);
  if (value === undefined) {
    throw badDraft({ zh: `--value 应为数字，而不是“${text}”`, en: `--value takes a number, not "${text}"` });
  }
  const bin = createEncode(input, names)(value);
  return { first: bin, last: bin };
};

/** Measures an adjustment on the rows that options name, showing how much of them is read. */
export const measureRows = (
  console: Console,
  adjustment: Adjustment,
  { models, policy, rows = '' }: DraftOptions,
): Promise<AdjustmentEffect> =>
  withCancel(async (signal) => {
    const day = civilDay(new Date().toISOString(), console.config.timeZone);
    const { name, version } = adjustment.model;
    const folders = modelFolders(models);
    const opened = openPlan({ model: `${name}@${version}`, modelFolders: folders, policy, day });
    const folder = findModel(`${name}@${version}`, folders);
    const file = findData(rows, console);
    const { size } = statSync(file);
    const display = console.progress(console.say({ zh: '测量', en: 'measure' }));
    try {
      return await measureOnFile(adjustment, {
        opened,
        folder,
        file,
        format: acceptedFormat(opened),
        encoding: undefined,
        day,
        choose: await createChooseHeld({ a: opened, b: opened, folders: { a: folder, b: folder } }),
        onProgress: (_, bytesRead) => display.update('', bytesRead, size),
        signal,
      });
    } finally {
      display.stop();
    }
  });
