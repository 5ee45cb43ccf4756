/** One media range of an `Accept` header, or one coding of an `Accept-Encoding` header (RFC 9110, sections 12.5.1 and 12.5.3). */
interface MediaRange {
  /** In lower case: `application/json`, `application/*`, `gzip` or `*`. */
  type: string;
  /** All parameters but `q`. Names are in lower case, values without quotes. */
  parameters: ReadonlyMap<string, string>;
  /** The parameter `q`, from 0 (not acceptable) to 1. */
  quality: number;
}

/** A media type that the server can send. */
export interface MediaType {
  type: string;
  /**
   * Parameters that a media range must have to match, or must not have (null), with names in lower case. A client that accepts
   * `multipart/mixed` without `subscriptionSpec`, for example, does not accept a subscription.
   */
  parameters?: Readonly<Record<string, string | null>>;
}

/** Matches up to a comma outside quotes. */
const MEDIA_RANGE = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
/** Matches up to a semicolon outside quotes. */
const SEGMENT = /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g;

/**
 * Returns the best offer for an `Accept` header: by quality, then by the order of the header, then by the order of the
 * offers. Returns undefined if none is acceptable. All offers that match a wildcard are equal. A missing header accepts each
 * offer without parameters.
 */
export function preferred<Offer extends MediaType>(accept: string | undefined, offers: readonly Offer[]): Offer | undefined {
  if (!accept?.trim()) return offers.find(({ parameters }) => !parameters);
  const ranges = mediaRanges(accept);
  let best: { offer: Offer; quality: number; order: number } | undefined;
  for (const offer of offers) {
    const matching = ranges.filter((range) => matches(range, offer));
    const range = matching.sort((a, b) => specificity(b) - specificity(a))[0];
    if (!range || range.quality === 0) continue;
    const order = range.type.includes('*') ? Infinity : ranges.indexOf(range);
    if (!best || range.quality > best.quality || (range.quality === best.quality && order < best.order)) {
      best = { offer, quality: range.quality, order };
    }
  }
  return best?.offer;
}

/** Parses an `Accept` or an `Accept-Encoding` header. */
export const mediaRanges = (header: string): MediaRange[] => (header.match(MEDIA_RANGE) ?? []).map(parseMediaRange);

function parseMediaRange(entry: string): MediaRange {
  const [type = '', ...rest] = entry.match(SEGMENT) ?? [];
  const parameters = new Map(rest.map(parseParameter));
  const quality = Number(parameters.get('q') ?? 1);
  parameters.delete('q');
  return { type: type.trim().toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

function parseParameter(segment: string): [name: string, value: string] {
  const [name = '', ...value] = segment.split('=');
  return [
    name.trim().toLowerCase(),
    value
      .join('=')
      .trim()
      .replace(/^"(.*)"$/, '$1'),
  ];
}

function matches(range: MediaRange, { type, parameters }: MediaType): boolean {
  if (parameters)
    return range.type === type && Object.entries(parameters).every(([name, value]) => (range.parameters.get(name) ?? null) === value);
  return range.type === type || range.type === '*/*' || (range.type.endsWith('/*') && type.startsWith(range.type.slice(0, -1)));
}

const specificity = ({ type }: MediaRange): number => (type === '*/*' ? 0 : type.endsWith('/*') ? 1 : 2);
