import type { AnswerTensor, InferenceBody, ModelMetadata, RequestTensor } from '../contract/inference.ts';
import type { PredictAnswer } from '../contract/predict.ts';
import type { RawFields } from '../decision/row.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import type { LiveModel } from '../usecases/live.ts';

/** The tensor that names each row's customer. */
const CUSTOMER = 'customer_id';

interface OutputColumn {
  readonly name: string;
  readonly datatype: AnswerTensor['datatype'];
  readonly read: (answer: PredictAnswer) => number | string | null;
}

/** What of an answer comes back as tensors. */
const outputColumns: readonly OutputColumn[] = [
  { name: 'probability', datatype: 'FP64', read: ({ probability }) => probability },
  { name: 'micro_logits', datatype: 'INT64', read: ({ microLogits }) => microLogits },
  { name: 'points', datatype: 'INT64', read: ({ points }) => points },
  { name: 'tier', datatype: 'BYTES', read: ({ tier }) => tier.final },
  { name: 'action', datatype: 'BYTES', read: ({ action }) => action },
  { name: 'decision_id', datatype: 'BYTES', read: ({ decisionId }) => decisionId },
  { name: 'reasons', datatype: 'BYTES', read: ({ reasons }) => JSON.stringify(reasons ?? []) },
];

/** What a model takes and gives, as tensors of one value a row. */
export const toMetadata = ({ ref, model }: LiveModel, versions: readonly string[]): ModelMetadata => ({
  name: ref.name,
  versions: [...versions],
  platform: 'vigil_additive_table',
  inputs: [
    { name: CUSTOMER, datatype: 'BYTES', shape: [-1] },
    ...model.columns.map(({ name, categories }) => ({
      name,
      datatype: categories ? ('BYTES' as const) : ('FP64' as const),
      shape: [-1],
    })),
  ],
  outputs: outputColumns.map(({ name, datatype }) => ({ name, datatype, shape: [-1] })),
});

/** One row of tensors: a customer and its raw columns. */
export interface TensorRow {
  /** Null where the caller names none. */
  readonly customerId: string | null;
  readonly fields: RawFields;
}

const isTwice: Text = { zh: '重复', en: 'it is there twice' };
const noSuchOutput: Text = { zh: '没有这个输出', en: 'there is no such output' };

/** Turns tensors of one value a row into rows. @throws bad_request naming the tensor */
export const toRows = ({ inputs, parameters }: InferenceBody): TensorRow[] => {
  const [first] = inputs;
  const count = first?.shape[0] ?? 0;
  const columns = inputs.map((tensor, index) => ({ name: tensor.name, cells: readCells(tensor, count, index) }));
  const repeated = columns.findIndex(({ name }, index) => columns.findIndex((other) => other.name === name) < index);
  if (repeated >= 0) throw appError('bad_request', { field: `inputs.${repeated}.name`, problem: isTwice });
  return Array.from({ length: count }, (_, row) => {
    const cells = columns.map(({ name, cells: all }) => [name, all[row] ?? null] as const);
    const named = cells.find(([name]) => name === CUSTOMER)?.[1] ?? parameters?.customer_id ?? null;
    return {
      customerId: named === null ? null : String(named),
      fields: Object.fromEntries(cells.filter(([name]) => name !== CUSTOMER)),
    };
  });
};

const readCells = (tensor: RequestTensor, count: number, index: number): (number | string | null)[] => {
  const { shape, data, datatype } = tensor;
  const fault = (problem: Text) => appError('bad_request', { field: `inputs.${index}`, problem });
  if (shape[0] !== count) {
    throw fault({
      zh: `有 ${shape[0]} 行，而第一个张量有 ${count} 行`,
      en: `it has ${shape[0]} rows where the first tensor has ${count}`,
    });
  }
  if ((shape[1] ?? 1) !== 1) throw fault({ zh: '每行只能有一个值', en: 'each row is one value' });
  const cells = data.flat();
  if (cells.length !== count) {
    throw fault({
      zh: `有 ${cells.length} 个值，而形状为 ${count}`,
      en: `it holds ${cells.length} values, its shape says ${count}`,
    });
  }
  return cells.map((cell) => {
    if (cell === null) return null;
    if (datatype === 'BYTES') {
      if (typeof cell === 'string') return cell;
      throw fault({ zh: 'BYTES 应为文本', en: 'BYTES holds texts' });
    }
    if (typeof cell === 'string') throw fault({ zh: `${datatype} 应为数字`, en: `${datatype} holds numbers` });
    return Number(cell);
  });
};

/** Answers as tensors: those asked for, else all. @throws bad_request where one is not known */
export const toTensors = (answers: readonly PredictAnswer[], wanted: InferenceBody['outputs']): AnswerTensor[] => {
  const stranger = wanted?.findIndex(({ name }) => !outputColumns.some((column) => column.name === name)) ?? -1;
  if (stranger >= 0) throw appError('bad_request', { field: `outputs.${stranger}.name`, problem: noSuchOutput });
  return outputColumns
    .filter(({ name }) => !wanted || wanted.some((output) => output.name === name))
    .map(({ name, datatype, read }) => ({ name, datatype, shape: [answers.length], data: answers.map(read) }));
};
