// Values that records are made of, at random.
import fc from 'fast-check';

export type Plain = null | boolean | number | string | Uint8Array | Plain[] | { [name: string]: Plain };

const leaf: fc.Arbitrary<Plain> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.uint8Array({ maxLength: 8 }),
);

/** What records are made of: JSON and bytes. */
export const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('plain'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 6 }), tie('plain'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
