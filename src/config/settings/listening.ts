import { z } from 'zod';
import { originList } from '../originList';
import { listing, optional, setting, wholeNumber } from '../setting';

/** An address of IPv4 or IPv6, or the name of a host. */
const HOST =
  /^(?=.{1,253}$)([a-z\d_-]{1,63}(\.[a-z\d_-]{1,63})*\.?|[\da-f:.]*:[\da-f:.]*(%[\w.-]+)?)$/i;

export const listeningSettings = {
  HOST: setting(
    'address to listen on',
    '127.0.0.1',
    z.string().regex(HOST, 'an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0'),
  ),
  PORT: setting('port to listen on; 0 takes any free one', '4000', wholeNumber(0, 65_535)),
  PUBLIC_URL: optional(
    'address at which callers reach the API, such as `https://data.example.kz`; links in answers of OData begin with it',
    '`http://` and the host that the caller names',
    z
      .string()
      .regex(
        /^https?:\/\/[\w.:[\]-]+(\/[\w./~-]*)?$/,
        'an address that begins with http:// or https://, such as https://data.example.kz',
      ),
  ),
  CORS_ORIGINS: listing(
    'origins whose pages may call the API from a browser, with commas between them',
    'none',
    originList,
  ),
};
