/** The identity provider's keys cannot be had, and none are remembered: nobody can be told by a token. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}
