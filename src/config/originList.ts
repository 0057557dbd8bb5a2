import { z } from 'zod';

/** Origins of pages with commas between them; no stars, since each is to be known. */
export const originList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
  )
  .refine(
    (origins) => origins.every(isOrigin),
    'origins such as https://dashboard.example.kz, without a path, with commas between them',
  );

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}
