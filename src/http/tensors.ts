import type { AnswerTensor, Cell, InferenceBody, ModelMetadata, RequestTensor } from '../contract/inference.ts';
import type { PredictAnswer } from '../contract/predict.ts';
import type { RawFields } from '../decision/row.ts';
import type { ArtifactRef } from '../domain/model.ts';
import type { Text } from '../domain/text.ts';
import { appError } from '../errors.ts';
import type { ColumnDefinition } from '../features/column.ts';
import { decodeCells, encodeCells } from './binary.ts';

/** The tensor that names each row's customer. */
const CUSTOMER = 'customer_id';

interface OutputColumn {
  readonly name: string;
  readonly datatype: 'FP64' | 'INT64' | 'BYTES';
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

/** A model, its versions that can be called, and the raw columns a decision by it needs. */
export interface TensorModel {
  readonly ref: ArtifactRef;
  readonly versions: readonly string[];
  readonly columns: readonly ColumnDefinition[];
}

/** What a model takes and gives, as tensors of one value a row. */
export const toMetadata = ({ ref, versions, columns }: TensorModel): ModelMetadata => ({
  name: ref.name,
  versions: [...versions],
  platform: 'vigil_additive_table',
  inputs: [
    { name: CUSTOMER, datatype: 'BYTES', shape: [-1] },
    ...columns.map(({ name, categories }) => ({
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

const problems = {
  eitherData: {
    zh: '须有 data 或 parameters.binary_data_size 之一',
    en: 'it must have either data or parameters.binary_data_size',
  },
  noBinary: { zh: '缺少其二进制数据', en: 'its binary data is not there' },
  twice: { zh: '重复', en: 'it is there twice' },
  noSuchOutput: { zh: '没有这个输出', en: 'there is no such output' },
  oneValue: { zh: '每行只能有一个值', en: 'each row is one value' },
} as const satisfies Record<string, Text>;

const strayBytes = (bytes: number): Text => ({
  zh: `有 ${bytes} 字节不属于任何张量`,
  en: `${bytes} bytes belong to no tensor`,
});

/**
 * Puts binary tensors, which lie behind the JSON in the order of the inputs, in their places as plain values.
 * @throws bad_request naming the tensor
 */
export const attachBinary = (body: InferenceBody, binary: Buffer): InferenceBody => {
  let from = 0;
  const inputs = body.inputs.map((tensor, index): RequestTensor => {
    const field = `inputs.${index}`;
    const { binary_data_size: size, ...parameters } = tensor.parameters ?? {};
    if ((size === undefined) === (tensor.data === undefined)) {
      throw appError('bad_request', { field, problem: problems.eitherData });
    }
    if (size === undefined) return tensor;
    if (from + size > binary.length) throw appError('bad_request', { field, problem: problems.noBinary });
    const bytes = binary.subarray(from, from + size);
    from += size;
    return { ...tensor, parameters, data: decodeCells(tensor.datatype, bytes, field) };
  });
  if (from < binary.length) {
    throw appError('bad_request', { field: 'inputs', problem: strayBytes(binary.length - from) });
  }
  return { ...body, inputs };
};

/** Turns tensors of one value a row into rows. @throws bad_request naming the tensor */
export const toRows = ({ inputs, parameters }: InferenceBody): TensorRow[] => {
  const [first] = inputs;
  const count = first?.shape[0] ?? 0;
  const columns = inputs.map((tensor, index) => ({ name: tensor.name, cells: readCells(tensor, count, index) }));
  const repeated = inputs.findIndex(({ name }, index) => inputs.findIndex((other) => other.name === name) < index);
  if (repeated >= 0) throw appError('bad_request', { field: `inputs.${repeated}.name`, problem: problems.twice });
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
  const { shape, data = [], datatype } = tensor;
  const fault = (problem: Text) => appError('bad_request', { field: `inputs.${index}`, problem });
  if (shape[0] !== count) {
    throw fault({
      zh: `有 ${shape[0]} 行，而第一个张量有 ${count} 行`,
      en: `it has ${shape[0]} rows where the first tensor has ${count}`,
    });
  }
  if ((shape[1] ?? 1) !== 1) throw fault(problems.oneValue);
  const cells = data.flat() as Cell[];
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

/** Tensors of an answer, and the binary data behind them; empty where all of it is JSON. */
export interface AnsweredTensors {
  readonly outputs: AnswerTensor[];
  readonly binary: Buffer;
}

/**
 * Answers as tensors: those asked for, in that order, else all; binary where that is asked for and every value is known.
 * @throws bad_request where one is not known
 */
export const toTensors = (
  answers: readonly PredictAnswer[],
  { outputs, parameters }: Pick<InferenceBody, 'outputs' | 'parameters'>,
): AnsweredTensors => {
  const binary: Buffer[] = [];
  const wanted = outputs ?? outputColumns.map(({ name }) => ({ name, parameters: undefined }));
  const tensors = wanted.map((output, index): AnswerTensor => {
    const column = outputColumns.find(({ name }) => name === output.name);
    if (!column) throw appError('bad_request', { field: `outputs.${index}.name`, problem: problems.noSuchOutput });
    const { name, datatype, read } = column;
    const values = answers.map(read);
    const tensor = { name, datatype, shape: [answers.length] };
    const isBinary = output.parameters?.binary_data ?? parameters?.binary_data_output ?? false;
    const bytes = isBinary ? encodeCells(datatype, values) : null;
    if (!bytes) return { ...tensor, data: values };
    binary.push(bytes);
    return { ...tensor, parameters: { binary_data_size: bytes.length } };
  });
  return { outputs: tensors, binary: Buffer.concat(binary) };
};
