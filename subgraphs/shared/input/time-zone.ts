import { badInput } from '../errors/coded-error.js';

/**
 * True for UTC and for a place such as "Europe/Berlin". Abbreviations and offsets are none, although Intl knows some:
 * PostgreSQL reads IST as Israel's time, knows no AET, and takes the sign of "+02:00" the other way round.
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

/** A time zone that a client named as an argument of a query; an unknown one is BAD_USER_INPUT. */
export function parseTimeZone(name: string): string {
  if (!isTimeZone(name)) throw badInput(`"${name}" is no time zone; give "UTC" or a place such as "Europe/Berlin".`);
  return name;
}
