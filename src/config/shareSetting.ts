/** A share such as `50%` as a part of 1; undefined where the text is none. */
export function readShare(text: string): number | undefined {
  const percent = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text.trim())?.[1];
  return percent === undefined || Number(percent) > 100 ? undefined : Number(percent) / 100;
}
