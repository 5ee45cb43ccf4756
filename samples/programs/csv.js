import { readFileSync } from 'node:fs';

/** Reads the rows of a CSV file without quotes as objects. Leaves out rows without a value in one of the columns. */
export function readRows(path, columns) {
  const [header, ...lines] = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const rows = lines.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index]])));
  return rows.filter((row) => columns.every((column) => row[column] !== ''));
}

/** Splits the rows: every fourth row is a test row. The split is the same for every algorithm. */
export function split(rows) {
  return { train: rows.filter((_, index) => index % 4 !== 0), test: rows.filter((_, index) => index % 4 === 0) };
}

/** Returns a function that scales the features of a row to mean 0 and standard deviation 1 over the given rows. */
export function standardizer(rows, features) {
  const scales = features.map((feature) => {
    const values = rows.map((row) => Number(row[feature]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { feature, mean, deviation: deviation || 1 };
  });
  return (row) => scales.map(({ feature, mean, deviation }) => (Number(row[feature]) - mean) / deviation);
}
