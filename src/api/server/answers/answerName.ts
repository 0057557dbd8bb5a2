import type { IncomingMessage } from 'node:http';
import type { Viewer } from '../../access/viewer';
import { visibilityOf } from '../../access/visibility';
import type { Question } from './asked';

/** All by which an answer of one data version can differ. */
export class AnswerName {
  private whole: string | undefined;

  constructor(
    private readonly visibility: string,
    private readonly accept: string,
    private readonly by: Question['by'],
    private readonly text: string,
  ) {}

  static of(
    { headers }: IncomingMessage,
    viewer: Viewer,
    question: Question,
    body: Buffer | undefined,
  ): AnswerName {
    const { accept = '' } = headers;
    const text = question.by === 'search' ? question.text : (body?.toString('latin1') ?? '');
    return new AnswerName(visibilityOf(viewer), accept, question.by, text);
  }

  /** The whole of it. It is as long as the request, and takes longer to make and to hash than to compare. */
  get key(): string {
    return (this.whole ??= `${this.visibility}\n${this.accept}\n${this.by}\n${this.text}`);
  }

  isSame({ visibility, accept, by, text }: AnswerName): boolean {
    return (
      this.text === text &&
      this.visibility === visibility &&
      this.accept === accept &&
      this.by === by
    );
  }
}
