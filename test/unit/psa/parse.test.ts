// The reader of the PSA test data, on a few lines of its formats.
import { describe, expect, it } from 'vitest';
import { parseCases, parseValues } from '../../../e2e/psa/parse.ts';

describe('cases', () => {
  it('are blocks of a description, conditions and a call, between comments', () => {
    const text = [
      '# about the file',
      '',
      'First: with a colon',
      'depends_on:A:!B',
      '# about the case',
      'call:1:"00fF":X | Y',
      '   ',
      '',
      'Second',
      'other',
      '',
    ].join('\n');
    expect(parseCases(text)).toEqual([
      {
        description: 'First: with a colon',
        dependsOn: ['A', '!B'],
        name: 'call',
        args: [{ word: '1' }, { data: '00ff' }, { word: 'X|Y' }],
      },
      { description: 'Second', dependsOn: [], name: 'other', args: [] },
    ]);
  });

  it('empty parts are dropped, empty data is not', () => {
    expect(parseCases('Case\ncall:a::"":b:')).toMatchObject([
      { args: [{ word: 'a' }, { data: '' }, { word: 'b' }] },
    ]);
  });

  it('a colon in quotes or after a backslash separates nothing', () => {
    expect(parseCases('Case\ncall:"a:b\\"":c\\:d')).toMatchObject([
      { args: [{ data: 'a:b"' }, { word: 'c\\:d' }] },
    ]);
  });

  it('a block that is no case is refused', () => {
    expect(() => parseCases('Case')).toThrow('no call');
    expect(() => parseCases('Case\nstray\ncall:1')).toThrow('none of its');
  });
});

it('values are found whatever the white space of the expression', () => {
  const values = parseValues('A( B, C )\t-133\nD | E\t12289\n\n');
  expect([values.get('A(B,C)'), values.get('D|E'), values.size]).toEqual([-133, 12289, 2]);
});
