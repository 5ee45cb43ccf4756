// npm run bench:lifecycle: every figure of this folder with its limit; exits 1 where one is beyond it.
//   npm run bench:lifecycle -- profile   only those whose file has this in its name
// A figure is a file `<name>.figure.js` that exports `figures()`: a list of { name, value, limit, unit }, each to be at most its limit.
import { readdirSync } from 'node:fs';

const [chosen = ''] = process.argv.slice(2);
const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.figure.js') && name.includes(chosen));
let isWithin = true;
for (const file of files.sort()) {
  const { figures } = await import(new URL(file, import.meta.url));
  for (const { name, value, limit, unit } of await figures()) {
    const holds = value <= limit;
    isWithin &&= holds;
    console.log(`${holds ? 'ok  ' : 'OVER'} ${name}: ${value.toFixed(2)} ${unit} (limit ${limit} ${unit})`);
  }
}
process.exit(isWithin ? 0 : 1);
