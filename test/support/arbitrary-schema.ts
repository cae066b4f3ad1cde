import fc from 'fast-check';

/** A JSON Schema, of the parts that our document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
}

/** What values are drawn with. */
export interface Vocabulary {
  /** Schemas by their name. */
  readonly components: Readonly<Record<string, Schema>>;
  /** Values that the service knows, by the name of the property or parameter they may stand in. */
  readonly known: Readonly<Record<string, readonly unknown[]>>;
}

/** Most items of a list that is drawn; the contract may allow more. */
const MOST_ITEMS = 5;

/** Longest text that is drawn, unless the schema says so: enough for keys and signatures. */
const MOST_CHARACTERS = 100;

/** Values that fit a schema. */
export const arbitraryValue = (schema: Schema, vocabulary: Vocabulary): fc.Arbitrary<unknown> => {
  const { $ref, anyOf, enum: listed, type } = schema;
  if ($ref !== undefined) return arbitraryValue(vocabulary.components[$ref.split('/').at(-1) ?? ''] ?? {}, vocabulary);
  if ('const' in schema) return fc.constant(schema.const);
  if (listed) return fc.constantFrom(...listed);
  if (anyOf) return fc.oneof(...anyOf.map((each) => arbitraryValue(each, vocabulary)));
  if (typeof type === 'object')
    return fc.oneof(...type.map((each) => arbitraryValue({ ...schema, type: each }, vocabulary)));
  return typed(schema, vocabulary);
};

/** Values of a property or parameter: mostly known ones, where there are any. */
export const namedValue = (name: string, schema: Schema, vocabulary: Vocabulary): fc.Arbitrary<unknown> => {
  const drawn = arbitraryValue(schema, vocabulary);
  const known = vocabulary.known[name];
  return known ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: drawn }) : drawn;
};

const typed = (schema: Schema, vocabulary: Vocabulary): fc.Arbitrary<unknown> => {
  const { minimum: min = -1_000_000, maximum: max = 1_000_000 } = schema;
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min, max: Math.min(max, 1_000_000_000) });
    case 'number':
      return fc.oneof(fc.integer({ min: Math.ceil(min), max: Math.floor(max) }), fc.double({ min, max, noNaN: true }));
    case 'string':
      return textOf(schema);
    case 'array':
      return fc.array(arbitraryValue(schema.items ?? {}, vocabulary), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? MOST_ITEMS, Math.max(MOST_ITEMS, schema.minItems ?? 0)),
      });
    case 'object':
      return objectOf(schema, vocabulary);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
};

const textOf = ({ pattern, minLength = 0, maxLength = MOST_CHARACTERS, examples }: Schema): fc.Arbitrary<unknown> => {
  if (examples && examples.length > 0) return fc.oneof(fc.constantFrom(...examples), fc.string({ maxLength }));
  if (pattern === undefined) return fc.string({ minLength, maxLength, unit: 'grapheme' });
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  return fc.stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, MOST_CHARACTERS) }).filter(fits);
};

const objectOf = (schema: Schema, vocabulary: Vocabulary): fc.Arbitrary<unknown> => {
  const { properties = {}, required = [], additionalProperties } = schema;
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, namedValue(name, each, vocabulary)])),
    { requiredKeys: [...required] as never[] },
  );
  if (typeof additionalProperties !== 'object') return known;
  const others = fc.dictionary(fc.stringMatching(/^[a-z_]{1,20}$/), arbitraryValue(additionalProperties, vocabulary), {
    maxKeys: MOST_ITEMS,
  });
  return fc.tuple(others, known).map(([more, own]) => ({ ...more, ...(own as object) }));
};
