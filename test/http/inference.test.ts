import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCells, encodeCells } from '../../src/http/binary.ts';
import { champion, goldenRows, rowOf } from '../support/rows.ts';
import { useService } from '../support/service.ts';
import { toTensorBody } from '../support/tensors.ts';

const service = useService();
const PATH = '/v2/models/taiwan-card/infer';

interface Tensor {
  readonly name: string;
  readonly datatype: 'FP64' | 'INT64' | 'BYTES';
  readonly shape: readonly number[];
  readonly data?: readonly (number | string)[];
  readonly parameters?: { readonly binary_data_size: number };
}

interface Inferred {
  readonly id?: string;
  readonly error?: string;
  readonly detail?: string;
  readonly outputs: readonly Tensor[];
}

const infer = async (body: object): Promise<Inferred> => (await (await service().post(PATH, body)).json()) as Inferred;

const column = ({ outputs }: Inferred, name: string) => outputs.find((output) => output.name === name)?.data;

/** The same inference with its tensors behind the JSON, as the extension has it. */
const toBinary = (body: ReturnType<typeof toTensorBody>, parameters: object) => {
  const parts = body.inputs.map(({ datatype, data }) => {
    if (datatype === 'BYTES') return encodeCells('BYTES', data.map(String)) as Buffer;
    return Buffer.from(Float64Array.from(data, (value) => (value === null ? Number.NaN : Number(value))).buffer);
  });
  const inputs = body.inputs.map(({ data: _, ...tensor }, index) => ({
    ...tensor,
    parameters: { binary_data_size: parts[index]?.length ?? 0 },
  }));
  const json = Buffer.from(JSON.stringify({ inputs, parameters }));
  return { sent: Buffer.concat([json, ...parts]), length: json.length };
};

const sendBinary = (sent: Buffer, length: number | string, headers: Record<string, string> = {}) =>
  service().request(PATH, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/octet-stream',
      'Inference-Header-Content-Length': String(length),
      ...headers,
    },
    body: sent,
  });

describe('an inference', () => {
  it('gives the scores of /v1/predict, and stores a decision for each row', async () => {
    const rows = goldenRows.slice(0, 40);
    const inferred = await infer({ ...toTensorBody(rows, 'I'), id: 'forty' });
    expect(inferred.id).toBe('forty');
    const requests = rows.map((features) => ({ customerId: 'other', purpose: 'application' as const, features }));
    const { answers } = await service().client().predictBatch({ requests });
    expect(column(inferred, 'micro_logits')).toEqual(answers.map(({ microLogits }) => microLogits));
    expect(column(inferred, 'probability')).toEqual(answers.map(({ probability }) => probability));
    expect(column(inferred, 'tier')).toEqual(answers.map(({ tier }) => tier.final));
    const [id = ''] = (column(inferred, 'decision_id') ?? []) as string[];
    const stored = await service().client().readDecision({ id });
    expect(stored.microLogits).toBe(column(inferred, 'micro_logits')?.[0]);
    expect((await service().client().listDecisions({ customerId: 'I-39' })).decisions).toHaveLength(1);
  });

  it('takes and gives the same as binary data', async () => {
    const body = toTensorBody(goldenRows.slice(0, 20), 'IB');
    const { sent, length } = toBinary(body, { binary_data_output: true });
    const answered = await sendBinary(sent, length);
    expect(answered.headers.get('Content-Type')).toBe('application/octet-stream');
    const bytes = Buffer.from(await answered.arrayBuffer());
    const jsonLength = Number(answered.headers.get('Inference-Header-Content-Length'));
    const { outputs } = JSON.parse(bytes.subarray(0, jsonLength).toString()) as Inferred;
    const plain = await infer(body);
    let from = jsonLength;
    for (const { name, datatype, parameters, data } of outputs) {
      expect(data).toBeUndefined();
      const to = from + (parameters?.binary_data_size ?? 0);
      const cells = decodeCells(datatype, bytes.subarray(from, to), name);
      if (name === 'decision_id') expect(new Set(cells).size).toBe(20);
      else expect(cells).toEqual(column(plain, name));
      from = to;
    }
    expect(from).toBe(bytes.length);
  });

  it('gives the outputs that are asked for, in that order', async () => {
    const outputs = [{ name: 'action' }, { name: 'points', parameters: { binary_data: false } }];
    const inferred = await infer({ ...toTensorBody([rowOf(0)], 'IO'), outputs });
    expect(inferred.outputs.map(({ name }) => name)).toEqual(['action', 'points']);
    const strange = await infer({ ...toTensorBody([rowOf(0)], 'IO'), outputs: [{ name: 'nonsense' }] });
    expect(strange.error).toContain('outputs.0.name');
  });

  it('is for one customer or for nobody in particular where no tensor names them', async () => {
    const { inputs } = toTensorBody([rowOf(0), rowOf(1)], '');
    const parameters = { customer_id: 'one-for-all', purpose: 'simulation' };
    await infer({ inputs: inputs.slice(1), parameters });
    const { decisions } = await service().client().listDecisions({ customerId: 'one-for-all' });
    expect(decisions.map(({ purpose }) => purpose)).toEqual(['simulation', 'simulation']);
    expect((await infer({ inputs: inputs.slice(1) })).outputs[0]?.shape).toEqual([2]);
  });

  it('needs no declared type, which the protocol does not ask for, but takes no other', async () => {
    const sent = JSON.stringify(toTensorBody([rowOf(0)], 'IT'));
    const bare = await service().request(PATH, { method: 'POST', body: new Blob([sent]).stream(), duplex: 'half' });
    expect(bare.status).toBe(200);
    const form = await service().post(PATH, sent, { 'Content-Type': 'text/plain' });
    expect(form.status).toBe(415);
    const binary = await service().post(PATH, sent, { 'Content-Type': 'application/octet-stream' });
    expect(binary.status).toBe(415);
  });

  it('says what is wrong in the member that the protocol names', async () => {
    const refused = await infer({ inputs: [] });
    expect(refused.error).toBe(refused.detail);
    expect(refused.error?.length).toBeGreaterThan(0);
  });

  it.each([
    ['a tensor of other rows', (inputs: Tensor[]) => inputs.with(1, { ...(inputs[1] as Tensor), shape: [2] })],
    ['a tensor twice', (inputs: Tensor[]) => [...inputs, inputs[1] as Tensor]],
    ['more values than its shape', (inputs: Tensor[]) => inputs.with(1, { ...(inputs[1] as Tensor), data: [1, 2] })],
    ['texts for numbers', (inputs: Tensor[]) => inputs.with(1, { ...(inputs[1] as Tensor), data: ['1'] })],
    ['two values a row', (inputs: Tensor[]) => inputs.with(1, { ...(inputs[1] as Tensor), shape: [1, 2] })],
    ['a column less', (inputs: Tensor[]) => inputs.slice(0, -1)],
    ['a column more', (inputs: Tensor[]) => [...inputs, { ...(inputs[1] as Tensor), name: 'income' }]],
    ['no data', (inputs: Tensor[]) => inputs.map(({ data: _, ...tensor }) => tensor)],
  ])('refuses %s', async (_, change) => {
    const { inputs } = toTensorBody([rowOf(0)], 'IR');
    const answered = await service().post(PATH, { inputs: change(inputs as Tensor[]) });
    expect(answered.status).toBe(422);
  });

  it('refuses binary data that is not what it says', async () => {
    const { sent, length } = toBinary(toTensorBody([rowOf(0)], 'IX'), {});
    expect((await sendBinary(sent, length)).status).toBe(200);
    expect((await sendBinary(sent.subarray(0, -1), length)).status).toBe(422);
    expect((await sendBinary(Buffer.concat([sent, Buffer.alloc(1)]), length)).status).toBe(422);
    for (const wrong of [length - 1, length + 1, 0]) expect((await sendBinary(sent, wrong)).status).toBe(400);
    for (const wrong of [sent.length + 1, -1, 'x', '']) expect((await sendBinary(sent, wrong)).status).toBe(422);
  });
});

describe('metadata', () => {
  it('names every column that a decision needs, by the promoted version and by a named one', async () => {
    for (const path of ['/v2/models/taiwan-card', '/v2/models/taiwan-card/versions/1']) {
      const { inputs } = (await (await service().request(path)).json()) as { inputs: Tensor[] };
      const needed = champion.plan.features.columns.map(({ name }) => name);
      expect(inputs.map(({ name }) => name)).toEqual(['customer_id', ...needed]);
    }
  });
});

describe('binary tensors', () => {
  it('come back as they were sent, numbers and texts', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), fc.array(fc.maxSafeInteger()), (doubles, integers) => {
        expect(decodeCells('FP64', encodeCells('FP64', doubles) as Buffer, 'x')).toEqual(doubles);
        expect(decodeCells('INT64', encodeCells('INT64', integers) as Buffer, 'x')).toEqual(
          integers.map((value) => value + 0),
        );
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (drawn) => {
        const texts = drawn.map((text) => text.replaceAll('\0', ''));
        expect(decodeCells('BYTES', encodeCells('BYTES', texts) as Buffer, 'x')).toEqual(texts);
      }),
    );
  });

  it('are read in every width, half precision among them; what is no number is not known', () => {
    const half = (bits: number) => decodeCells('FP16', Buffer.from(Uint16Array.of(bits).buffer), 'x')[0];
    expect([0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555, 0x7c00, 0x7e00].map(half)).toEqual([
      1,
      -2,
      65_504,
      2 ** -24,
      0.333251953125,
      Number.POSITIVE_INFINITY,
      null,
    ]);
    const read = (datatype: Parameters<typeof decodeCells>[0], values: ArrayBufferView) =>
      decodeCells(datatype, Buffer.from(values.buffer), 'x');
    expect(read('BOOL', Uint8Array.of(0, 1))).toEqual([false, true]);
    expect(read('UINT8', Uint8Array.of(255))).toEqual([255]);
    expect(read('INT8', Int8Array.of(-1))).toEqual([-1]);
    expect(read('UINT16', Uint16Array.of(65_535))).toEqual([65_535]);
    expect(read('INT16', Int16Array.of(-2))).toEqual([-2]);
    expect(read('UINT32', Uint32Array.of(4_294_967_295))).toEqual([4_294_967_295]);
    expect(read('INT32', Int32Array.of(-3))).toEqual([-3]);
    expect(read('UINT64', BigUint64Array.of(5n))).toEqual([5]);
    expect(read('FP32', Float32Array.of(0.5, Number.NaN))).toEqual([0.5, null]);
  });

  it('have no form where a value is not known', () => {
    expect(encodeCells('FP64', [1, null])).toBeNull();
  });
});
