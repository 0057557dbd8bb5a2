/** The parameters of a request's address, which is a path: its host is of no matter. */
export function searchPartOf(url: string): URLSearchParams {
  return new URL(url, 'http://localhost').searchParams;
}
