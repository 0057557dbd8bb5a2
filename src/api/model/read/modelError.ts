/** The semantic model contradicts itself. Names everything that is wrong at once. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  constructor(readonly complaints: readonly string[]) {
    super(`The semantic model in schema/ cannot be served:\n${complaints.join('\n')}`);
  }
}
