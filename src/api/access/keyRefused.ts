/** What was asked for cannot be done. The message is a sentence for the person who asked. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
}
