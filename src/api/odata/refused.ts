/** What is refused is told by one of these, as OData's status codes have them. */
export type RefusedStatus = 400 | 404 | 406 | 410 | 501;

/** A request that is not answered. The message is one sentence for the caller to read. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: RefusedStatus,
    sentence: string,
    /** The part of the request that is meant, such as $filter. */
    readonly target?: string,
  ) {
    super(sentence);
  }
}

/** The request is wrong: it breaks OData's rules, or names what is not there. */
export function wrong(sentence: string, target?: string): Refused {
  return new Refused(400, sentence, target);
}

/** The request is right by OData's rules, and asks for a part of them that this service leaves out. */
export function notServed(sentence: string, target?: string): Refused {
  return new Refused(501, sentence, target);
}

/** A text of the caller's, short enough for a sentence. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(short);
}
