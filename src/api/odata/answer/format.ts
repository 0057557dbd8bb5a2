import { quoted, Refused } from '../refused';

/** The form of an answer in JSON. */
export interface JsonForm {
  /** Without it nothing is said of types and links but what a client cannot do without. */
  readonly metadata: 'minimal' | 'none';
  /** Numbers of more digits than a JavaScript number has are texts. */
  readonly asTexts: boolean;
}

/** One kind of answer that the caller takes. */
interface Accepted {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly weight: number;
}

export function contentTypeOf({ metadata, asTexts }: JsonForm): string {
  const texts = asTexts ? ';IEEE754Compatible=true' : '';
  return `application/json;odata.metadata=${metadata}${texts};charset=utf-8`;
}

/**
 * The form for who sends these, by $format first, and among those of an Accept header by their weights. Throws
 * Refused where the caller takes nothing that is served.
 */
export function jsonFormFor(accept: string | undefined, format: string | undefined): JsonForm {
  const accepted = acceptedBy(accept, format);
  const forms = accepted.flatMap((each) => {
    const form = formOf(each);
    return form ? [{ form, weight: each.weight }] : [];
  });
  const [best] = forms.sort((one, other) => other.weight - one.weight);
  if (best) return best.form;
  throw notAcceptable(format ?? accept ?? '', 'application/json;odata.metadata=minimal');
}

/**
 * Whether the model is asked for as JSON: by $format, or by who takes JSON and no XML. Programs that can read it
 * as XML alone send one list of types for everything. Throws Refused.
 */
export function wantsCsdlJson(accept: string | undefined, format: string | undefined): boolean {
  if (format !== undefined && /^(xml|application\/xml)$/i.test(format.trim())) return false;
  const accepted = acceptedBy(accept, format);
  const takesXml = accepted.some(({ type }) =>
    /^(application\/(.*\+)?xml|text\/xml|\*\/\*|application\/\*|text\/plain)$/.test(type),
  );
  if (format === undefined && takesXml) return false;
  if (accepted.some(({ type }) => isJson(type))) return true;
  throw notAcceptable(format ?? accept ?? '', 'application/xml or application/json');
}

function notAcceptable(given: string, expected: string): Refused {
  return new Refused(406, `Only ${quoted(given)} is taken by the caller; expected ${expected}.`);
}

function acceptedBy(accept: string | undefined, format: string | undefined): readonly Accepted[] {
  if (format !== undefined) {
    const type = format.trim().toLowerCase() === 'json' ? 'application/json' : format;
    return [accepting(type)];
  }
  if (accept === undefined || accept.trim() === '') return [accepting('*/*')];
  return accept
    .split(',')
    .map(accepting)
    .filter(({ weight }) => weight > 0);
}

function accepting(text: string): Accepted {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map(
    rest.map((part) => {
      const [name = '', value = ''] = part.split('=').map((each) => each.trim().toLowerCase());
      return [name.replace(/^odata\./, ''), value.replaceAll('"', '')] as const;
    }),
  );
  const weight = Number(parameters.get('q') ?? '1');
  return { type: type.toLowerCase(), parameters, weight: weight >= 0 && weight <= 1 ? weight : 1 };
}

/** Undefined of what is not served: another type, or all metadata. */
function formOf({ type, parameters }: Accepted): JsonForm | undefined {
  if (!isJson(type) && type !== '*/*' && type !== 'application/*') return undefined;
  // Of OData before its fourth version.
  if (parameters.get('odata') === 'verbose') return undefined;
  const metadata = parameters.get('metadata') ?? 'minimal';
  if (metadata !== 'minimal' && metadata !== 'none') return undefined;
  return { metadata, asTexts: parameters.get('ieee754compatible') === 'true' };
}

function isJson(type: string): boolean {
  return type === 'application/json';
}
