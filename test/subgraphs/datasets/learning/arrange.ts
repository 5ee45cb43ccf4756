import { readFileSync } from 'node:fs';
import { seededRandom, type Random } from '../../../../subgraphs/datasets/learning/random.js';
import type { Estimator } from '../../../../subgraphs/datasets/learning/fit.js';
import { withDefaults, type Algorithm } from '../../../../subgraphs/datasets/learning/hyperparameters.js';
import type { FeatureColumn, Table, Target } from '../../../../subgraphs/datasets/learning/table.js';

export function estimator(algorithm: Algorithm, chosen: Record<string, number> = {}): Estimator {
  return { algorithm, hyperparameters: withDefaults(algorithm, chosen) } as Estimator;
}

export const numbers = (name: string, values: ArrayLike<number>): FeatureColumn => ({
  kind: 'number',
  name,
  values: Float32Array.from(values),
});
export const texts = (name: string, values: readonly string[]): FeatureColumn => ({ kind: 'text', name, values });

export function classTarget(labels: readonly string[]): Extract<Target, { kind: 'class' }> {
  const classes = [...new Set(labels)].sort();
  return { kind: 'class', classes, codes: Int32Array.from(labels, (label) => classes.indexOf(label)) };
}

/** Reads a CSV file of the samples. A column is numeric if all its cells are numbers or empty; rows without a target are skipped. */
export function sampleTable(file: string, target: string, features: readonly string[]): Table {
  const [header, ...lines] = readFileSync(`samples/data/${file}`, 'utf8').trim().split('\n');
  const names = header!.split(',');
  const rows = lines.map((line) => line.split(',')).filter((cells) => cells[names.indexOf(target)] !== '');
  const cells = (name: string) => rows.map((row) => row[names.indexOf(name)]!);
  const column = (name: string): FeatureColumn => {
    const values = cells(name);
    const isNumber = values.every((value) => value === '' || Number.isFinite(Number(value)));
    return isNumber
      ? numbers(
          name,
          values.map((value) => (value === '' ? NaN : Number(value))),
        )
      : texts(name, values);
  };
  return { rowCount: rows.length, features: features.map(column), target: classTarget(cells(target)) };
}

const WORDS = ['', 'red', 'green', 'blue', 'été', '__proto__', 'label', ' '];

/** A feature of random numbers or words. `strange` mixes in what training may not have seen. */
export function randomColumn(name: string, kind: 'number' | 'text', rowCount: number, random: Random, strange = false): FeatureColumn {
  const pick = <Value>(from: readonly Value[]) => from[Math.floor(random() * from.length)]!;
  if (kind === 'text') {
    const known = strange ? [...WORDS, 'never seen', 'RED'] : WORDS;
    return texts(
      name,
      Array.from({ length: rowCount }, () => pick(known)),
    );
  }
  const value = () => {
    if (random() < 0.1) return NaN;
    if (strange && random() < 0.05) return pick([Infinity, -Infinity, 3.4e38, -3.4e38, 0, -0, 1e-45]);
    return random() < 0.3 ? Math.round(random() * 4) : (random() - 0.5) * 10 ** Math.round(random() * 6 - 2);
  };
  return numbers(name, Array.from({ length: rowCount }, value));
}

/** A table of random features with a target that depends on them somewhat. */
export function randomTable(seed: number, kinds: readonly ('number' | 'text')[], rowCount: number, classCount: number): Table {
  const random = seededRandom(seed);
  const features = kinds.map((kind, index) => randomColumn(`x${index}`, kind, rowCount, random));
  const signal = (row: number) =>
    features.reduce((sum, column, index) => {
      const value = column.values[row]!;
      return (
        sum + (typeof value === 'number' ? Math.atan(Number.isNaN(value) ? 1 : value) : value.length - 3) * (index % 2 === 0 ? 1 : -0.5)
      );
    }, random());
  const signals = Float64Array.from({ length: rowCount }, (_, row) => signal(row));
  if (classCount === 0) return { rowCount, features, target: { kind: 'number', values: signals.map((value) => value * 100) } };
  const classes = Array.from({ length: classCount }, (_, label) => `class ${label}`);
  const codes = Int32Array.from(signals, (value) => Math.abs(Math.round(value * 2)) % classCount);
  return { rowCount, features, target: { kind: 'class', classes, codes } };
}
