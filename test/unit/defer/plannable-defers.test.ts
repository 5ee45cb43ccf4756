import { parse, print, stripIgnoredCharacters } from 'graphql';
import { labelDefers } from '../../../gateway/execution/plan/defer-labels.js';
import { plannableDefers } from '../../../gateway/execution/defer/plannable-defers.js';

function plannable(text: string, active?: string[]) {
  const { document, labels } = labelDefers(parse(text, { noLocation: true }))!;
  const { document: planned, planLabels } = plannableDefers(document, undefined, new Set(active ?? labels.keys()));
  return { text: stripIgnoredCharacters(print(planned)), places: Object.fromEntries(planLabels), labels: Object.fromEntries(labels) };
}

describe('an operation that is planned with @defer', () => {
  it('has a unique label for each deferred fragment, with the label of the client', () => {
    expect(plannable('{ a { ... on A @defer(label: "client") { b } ... @defer { c } } }')).toEqual({
      text: '{a{__typename ...@defer(label:"d0_0"){...on A{b}}...@defer(label:"d1_1"){...{c}}}}',
      places: { 'd0 a': ['d0_0'], 'd1 a': ['d1_1'] },
      labels: { d0: 'client', d1: undefined },
    });
  });

  it('has a separate copy of a fragment for each place where it is spread', () => {
    expect(plannable('{ a { ...F ... on A { ...F } } x: b { ...F } } fragment F on A { c { ... @defer { d } } }')).toMatchObject({
      text:
        '{a{...on A{c{...@defer(label:"d0_0"){...{d}}}}...on A{...on A{c{...@defer(label:"d0_1"){...{d}}}}}}' +
        'x:b{...on A{c{...@defer(label:"d0_2"){...{d}}}}}}',
      places: { 'd0 a.c': ['d0_0', 'd0_1'], 'd0 x.c': ['d0_2'] },
    });
  });

  it('selects the type beside a deferred fragment with type conditions, but not beside others', () => {
    const text =
      '{ ...Q @defer a { ... @defer { b ... { ... on A { c } } } } d { ... @defer { e { ... on A { f } } } } } fragment Q on Query { g }';
    expect(plannable(text).text).toBe(
      '{...@defer(label:"d0_0"){...on Query{g}}a{__typename ...@defer(label:"d1_1"){...{b ...{...on A{c}}}}}' +
        'd{...@defer(label:"d2_2"){...{e{...on A{f}}}}}}',
    );
  });

  it('keeps conditions, and defers only the fragments with @defer', () => {
    const text = 'query($v:Boolean!){a{...@include(if:$v)@defer{b}...@defer(if:$v){c}}}';
    expect(plannable(text, ['d0'])).toMatchObject({
      text: 'query($v:Boolean!){a{...@defer(label:"d0_0"){...@include(if:$v){b}}...{c}}}',
      places: { 'd0 a': ['d0_0'] },
    });
  });
});
