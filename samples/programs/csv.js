import { readFileSync } from 'node:fs';

/** The rows of a CSV file without quotes as objects, without those that miss a value of one of the columns. */
export function readRows(path, columns) {
  const [header, ...lines] = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const rows = lines.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index]])));
  return rows.filter((row) => columns.every((column) => row[column] !== ''));
}

/** Every fourth row tests, the others train: the same split for every algorithm. */
export function split(rows) {
  return { train: rows.filter((_, index) => index % 4 !== 0), test: rows.filter((_, index) => index % 4 === 0) };
}

/** Numbers of each row's features with mean 0 and standard deviation 1, both taken from the training rows. */
export function standardizer(rows, features) {
  const scales = features.map((feature) => {
    const values = rows.map((row) => Number(row[feature]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { feature, mean, deviation: deviation || 1 };
  });
  return (row) => scales.map(({ feature, mean, deviation }) => (Number(row[feature]) - mean) / deviation);
}
