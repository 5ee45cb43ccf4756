/** One entry of an `Accept` header. */
interface MediaRange {
  /** In lower case: `application/json`, `application/*` or both of them wild. */
  type: string;
  /** Without `q`; names in lower case, values without quotes. */
  parameters: ReadonlyMap<string, string>;
  /** From 0, refused, to 1. */
  quality: number;
}

/** What the server can send. */
export interface MediaType {
  type: string;
  /** Names in lower case. What a range must ask for by name: a server does not send a subscription to who accepts just any `multipart/mixed`. */
  parameters?: Readonly<Record<string, string>>;
}

/** Up to a comma that is not inside quotes. */
const ENTRY = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
/** Up to a semicolon that is not inside quotes. */
const PART = /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g;

/**
 * The best of the offers for an `Accept` header: by quality, then in the client's order, then in the server's. Undefined
 * where the header refuses them all. A wildcard does not tell one offer from another; no header is one wildcard.
 */
export function preferred<Offer extends MediaType>(accept: string | undefined, offers: readonly Offer[]): Offer | undefined {
  if (!accept?.trim()) return offers.find(({ parameters }) => !parameters);
  const ranges = (accept.match(ENTRY) ?? []).map(mediaRange);
  let best: { offer: Offer; quality: number; order: number } | undefined;
  for (const offer of offers) {
    const matching = ranges.filter((range) => matches(range, offer));
    const range = matching.sort((one, other) => specificity(other) - specificity(one))[0];
    if (!range || range.quality === 0) continue;
    const order = range.type.includes('*') ? Infinity : ranges.indexOf(range);
    if (!best || range.quality > best.quality || (range.quality === best.quality && order < best.order)) {
      best = { offer, quality: range.quality, order };
    }
  }
  return best?.offer;
}

function mediaRange(entry: string): MediaRange {
  const [type = '', ...rest] = entry.match(PART) ?? [];
  const parameters = new Map(rest.map(parameter));
  const quality = Number(parameters.get('q') ?? 1);
  parameters.delete('q');
  return { type: type.trim().toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

function parameter(part: string): [name: string, value: string] {
  const [name = '', ...value] = part.split('=');
  return [
    name.trim().toLowerCase(),
    value
      .join('=')
      .trim()
      .replace(/^"(.*)"$/, '$1'),
  ];
}

function matches(range: MediaRange, { type, parameters }: MediaType): boolean {
  if (parameters) return range.type === type && Object.entries(parameters).every(([name, value]) => range.parameters.get(name) === value);
  return range.type === type || range.type === '*/*' || (range.type.endsWith('/*') && type.startsWith(range.type.slice(0, -1)));
}

const specificity = ({ type }: MediaRange): number => (type === '*/*' ? 0 : type.endsWith('/*') ? 1 : 2);
