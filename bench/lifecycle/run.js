// npm run bench:lifecycle: measures all figures of this folder and prints them with their limits. Exits with 1 if one exceeds its limit.
//   npm run bench:lifecycle -- profile   only the files whose name contains this text
// A file `<name>.figure.js` exports `figures()`, which returns a list of { name, value, limit, unit }.
import { readdirSync } from 'node:fs';

const [nameFilter = ''] = process.argv.slice(2);
const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.figure.js') && name.includes(nameFilter));
let areAllWithinLimits = true;
for (const file of files.sort()) {
  const { figures } = await import(new URL(file, import.meta.url));
  for (const { name, value, limit, unit } of await figures()) {
    const isWithinLimit = value <= limit;
    areAllWithinLimits &&= isWithinLimit;
    console.log(`${isWithinLimit ? 'ok  ' : 'OVER'} ${name}: ${value.toFixed(2)} ${unit} (limit ${limit} ${unit})`);
  }
}
process.exit(areAllWithinLimits ? 0 : 1);
