import { badInput } from '../errors/coded-error.js';
import { quote } from '../errors/user-error.js';

/**
 * True for UTC and for an IANA name such as "Europe/Berlin". Abbreviations and offsets are refused, although Intl accepts some,
 * because PostgreSQL differs: it reads IST as the time of Israel, does not know AET, and inverts the sign of "+02:00".
 */
function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  if (!/^[a-z].*\//i.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Returns the time zone that a client passed as an argument of a query. Throws BAD_USER_INPUT if it is unknown. */
export function parseTimeZone(name: string): string {
  if (!isTimeZone(name)) throw badInput(`The time zone must be "UTC" or an IANA name such as "Europe/Berlin"; got ${quote(name)}.`);
  return name;
}
