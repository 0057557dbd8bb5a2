-- A BIN, an IIN, a telephone number and an e-mail address are recognised in a text however people part
-- them: by spaces, dashes, dots, slashes, brackets, invisible characters; and in whatever digits they
-- write. docs/semantics.md says what is replaced, and what cannot be recognised.

-- Numbers between signs are put together: to twelve digits, to those of a telephone number. Where that can
-- be done in several ways, all of them are replaced. A run has no letter in it, and no sign that says what
-- a number is.
create function silver.without_numbers_of_run(run text) returns text
language plpgsql immutable parallel safe as $$
declare
  parts text[];
  sizes integer[] := '{}';
  abroad boolean := run ~ E'^[+\uff0b\ufe62\u207a\u208a]'; -- begins as a number of any country
  shown text := '';
  shown_to integer := 0;
  -- What is replaced next: from a part, to a part, and by what.
  start integer;
  finish integer := 0;
  name text;
  no_other_to integer := 0; -- no number begins before the end of one that began with +
  no_phone_to integer := 0; -- nor a telephone number within one that is certainly one
  part text;
  first_digit text;
  size integer;
  reach integer;
  reached text;
begin
  -- Nobody's words, and not worth looking through.
  if char_length(run) > 2000 then return '[12 digits]'; end if;
  parts := silver.parts_of_run(run);
  -- The digits of each part: of a sign none, of a day so many that no number reaches over it.
  foreach part in array parts loop
    first_digit := silver.first_digit(part);
    size := silver.digits_in(part);
    sizes := sizes || case
      when part ~ '^[0-9]+[-./]' then 100
      when first_digit ~ '^[0-9]$' or size > char_length(part) then size
      else 0
    end;
  end loop;

  for i in 1 .. cardinality(parts) loop
    continue when sizes[i] in (0, 100) or i <= no_other_to;
    first_digit := silver.first_digit(parts[i]);
    size := 0;
    reach := null;
    for j in i .. cardinality(parts) loop
      size := size + sizes[j];
      exit when size > case when abroad then 15 else 12 end;
      continue when sizes[j] = 0;
      if abroad then
        if size >= 10 then
          reach := j;
          reached := '[phone]';
          no_other_to := j;
        end if;
        exit when size = 11 and first_digit = '7';
      elsif size = 12 then
        part := array_to_string(parts[i:j], '');
        if not silver.are_years(part) and not silver.has_usual_phone(part) then
          reach := j;
          reached := '[12 digits]';
        end if;
      elsif i > no_phone_to and (size in (10, 11) and first_digit = '7' or size = 11 and first_digit = '8') then
        reach := j;
        reached := '[phone]';
      end if;
    end loop;

    if reach is null then
      abroad := false;
      continue;
    end if;
    if reached = '[phone]' and silver.is_usual_phone(array_to_string(parts[i:reach], '')) then
      no_phone_to := reach;
    end if;
    if i <= finish then
      finish := greatest(finish, reach);
      if reached = '[12 digits]' then name := reached; end if;
    else
      if start is not null then
        shown := shown || array_to_string(parts[shown_to + 1:start - 1], '') || name;
        shown_to := finish;
      end if;
      start := case when abroad then 1 else i end;
      finish := reach;
      name := reached;
    end if;
    abroad := false;
  end loop;

  if start is not null then
    shown := shown || array_to_string(parts[shown_to + 1:start - 1], '') || name;
    shown_to := finish;
  end if;
  return shown || array_to_string(parts[shown_to + 1:cardinality(parts)], '');
end
$$;

-- What follows is made for all digits of Unicode, of which a text holds none but ASCII ones mostly: so
-- the classes of the patterns are put together here, once, and the functions hold them as they are.
do $$
declare
  -- The zeros of all scripts: nine digits follow each. (General category Nd.)
  zeros constant integer[] := array[
    x'0030'::int, x'0660'::int, x'06f0'::int, x'07c0'::int, x'0966'::int, x'09e6'::int, x'0a66'::int, x'0ae6'::int,
    x'0b66'::int, x'0be6'::int, x'0c66'::int, x'0ce6'::int, x'0d66'::int, x'0de6'::int, x'0e50'::int, x'0ed0'::int,
    x'0f20'::int, x'1040'::int, x'1090'::int, x'17e0'::int, x'1810'::int, x'1946'::int, x'19d0'::int, x'1a80'::int,
    x'1a90'::int, x'1b50'::int, x'1bb0'::int, x'1c40'::int, x'1c50'::int, x'a620'::int, x'a8d0'::int, x'a900'::int,
    x'a9d0'::int, x'a9f0'::int, x'aa50'::int, x'abf0'::int, x'ff10'::int, x'104a0'::int, x'10d30'::int, x'10d40'::int,
    x'11066'::int, x'110f0'::int, x'11136'::int, x'111d0'::int, x'112f0'::int, x'11450'::int, x'114d0'::int,
    x'11650'::int, x'116c0'::int, x'116d0'::int, x'116da'::int, x'11730'::int, x'118e0'::int, x'11950'::int,
    x'11bf0'::int, x'11c50'::int, x'11d50'::int, x'11da0'::int, x'11de0'::int, x'11f50'::int, x'16130'::int,
    x'16a60'::int, x'16ac0'::int, x'16b50'::int, x'16d70'::int, x'1ccf0'::int, x'1d7ce'::int, x'1d7d8'::int,
    x'1d7e2'::int, x'1d7ec'::int, x'1d7f6'::int, x'1e140'::int, x'1e2f0'::int, x'1e4f0'::int, x'1e5f1'::int,
    x'1e950'::int, x'1fbf0'::int,
    -- Subscripts; digits with a comma.
    x'2080'::int, x'1f101'::int
  ];
  -- Superscripts, digits in circles, in brackets and with a full stop, and zeros of such a kind.
  ones constant integer[] := array[
    x'2460'::int, x'2474'::int, x'2488'::int, x'24f5'::int, x'2776'::int, x'2780'::int, x'278a'::int
  ];
  others constant text := E'\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u24ea\u24ff\U0001f100\U0001f10b\U0001f10c';
  others_as constant text := '012345678900000';
  -- Numbers of two digits in one character: first and last.
  pairs constant text := E'\u2469-\u2473\u247d-\u2487\u2491-\u249b\u24eb-\u24f4\u24fe\u277f\u2789\u2793\u3251-\u325f\u32b1-\u32bf';

  singles constant text := (
    select string_agg(chr(zero + digit), '' order by zero, digit)
    from unnest(zeros) as zero cross join generate_series(0, 9) as digit
  ) || (
    select string_agg(chr(one + digit - 1), '' order by one, digit)
    from unnest(ones) as one cross join generate_series(1, 9) as digit
  ) || others;
  singles_as constant text :=
    repeat('0123456789', cardinality(zeros)) || repeat('123456789', cardinality(ones)) || others_as;

  digit constant text := (
    select string_agg(chr(zero) || '-' || chr(zero + 9), '' order by zero) from unnest(zeros) as zero
  ) || (
    select string_agg(chr(one) || '-' || chr(one + 8), '' order by one) from unnest(ones) as one
  ) || others || pairs;
  plus constant text := E'+\uff0b\ufe62\u207a\u208a';
  -- A letter ends a number, and so does a sign that says what a number is: № 12, 50 %, 100 ₸.
  ends constant text := E'[:alpha:]\u2116#%&@\u00a7\u00b0\u00a4$\u00a2-\u00a5\u20a0-\u20cf';
  -- Letters by their category that look like signs, or like nothing.
  no_letters constant text := E'\u02b0-\u02ff\u115f\u1160\u3164\uffa0';
  -- A day is none of a number's parts, unless its own sign joins it to more digits. (The fifth digit of a
  -- BIN is 4 to 6: it is no day in any way of parting it.)
  days constant text := (
    select string_agg(
      format('(?<![%1$s%2$s])(?:%3$s[%2$s]%4$s[%2$s]%5$s|%5$s[%2$s]%4$s[%2$s]%3$s)(?![%1$s]|[%2$s][%1$s])',
        digit, sign, '(?:0[1-9]|[12][0-9]|3[01])', '(?:0[1-9]|1[0-2])', '(?:19|20)[0-9][0-9]'), '|')
    from unnest(array['.', '/', '-']) as sign
  );

  -- With an area code, which begins with 3 to 9: after the first digit of a BIN stands no such thing, since
  -- the first digit of its month is 0 or 1.
  phone constant text :=
    format('[78][^%1$s]*[3-9][0-9]{2}[^%1$s]*[0-9]{3}[^%1$s]*[0-9]{2}[^%1$s]*[0-9]{2}', digit);
  invisible constant text :=
    E'\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164'
    '\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff';
  at constant text := E'[@\uff20\ufe6b]';
  word constant text := format(E'[[:alnum:]_\u0300-\u036f%s%s]', digit, invisible);
  -- What the numbers before left in an address.
  replaced constant text := '\[12 digits\]|\[phone\]';
  label constant text := format('(?:%1$s|%2$s)(?:(?:%1$s|-|%2$s)*(?:%1$s|%2$s))?', word, replaced);
  dot constant text := E'[.\u3002\uff0e\uff61\u2024]';
  mailbox constant text := format(
    E'(?:%1$s|%2$s)(?:%1$s|[-.!$&''*+^`{}~]|[\uff0e\u2024#%%]|%2$s)*|"(?:[^"\\\\]|\\\\.)*"', word, replaced);
  domain constant text := format(
    '(?:%1$s%2$s)+[%3$s]*[[:alpha:]](?:%4$s|-)*%4$s|\[[0-9A-Fa-f:.]+\]', label, dot, invisible, word);
begin
  -- The number of digits, of which some characters hold two.
  execute format(
    $sql$
      create function silver.digits_in(number text) returns integer
      language sql immutable parallel safe
      return char_length(number) + regexp_count(number, %L)
    $sql$,
    format('[%s]', pairs)
  );

  execute format(
    $sql$
      create function silver.first_digit(number text) returns text
      language sql immutable parallel safe
      return translate(left(number, 1), %L, %L)
    $sql$,
    singles, singles_as
  );

  -- The numbers in a run of digits and signs, the days, and what stands between them.
  execute format(
    $sql$
      create function silver.parts_of_run(run text) returns text[]
      language sql immutable parallel safe
      return array(select part[1] from regexp_matches(run, %L, 'g') as part)
    $sql$,
    format('(%s|[%2$s]+|[^%2$s]+)', days, digit)
  );

  -- Three years in a row, such as 2022, 2023, 2024.
  execute format(
    $sql$
      create function silver.are_years(run text) returns boolean
      language sql immutable parallel safe
      return run ~ %L
    $sql$,
    format('^%1$s[^%2$s]+%1$s[^%2$s]+%1$s$', '(?:19|20)[0-9][0-9]', digit)
  );

  -- A telephone number as it is written mostly, and one with a digit beside it: 8 (701) 234-56-78, 5.
  execute format(
    $sql$
      create function silver.is_usual_phone(run text) returns boolean
      language sql immutable parallel safe
      return run ~ %L
    $sql$,
    format('^%s$', phone)
  );
  execute format(
    $sql$
      create function silver.has_usual_phone(run text) returns boolean
      language sql immutable parallel safe
      return run ~ %L
    $sql$,
    format('^(?:[0-9][^%1$s]+%2$s|%2$s[^%1$s]+[0-9])$', digit, phone)
  );

  execute format(
    $sql$
      create function silver.without_numbers(given text) returns text
      language sql immutable parallel safe
      return (
        select string_agg(
          case when part[1] ~ %L then silver.without_numbers_of_run(part[1]) else part[1] end, '' order by position
        )
        from regexp_matches(given collate "und-x-icu", %L, 'g') with ordinality as each (part, position)
      )
    $sql$,
    format('(?:[%1$s][^%1$s]*){10}', digit),
    format('([%1$s]?(?:[^%2$s%1$s]|[%3$s])+|[%1$s]|(?:(?![%3$s])[%2$s])+)', plus, ends, no_letters)
  );

  execute format(
    $sql$
      create function silver.without_addresses(given text) returns text
      language sql immutable parallel safe
      return regexp_replace(given collate "und-x-icu", %L, '[e-mail]', 'g')
    $sql$,
    format('(?:%s)%s(?:%s)', mailbox, at, domain)
  );

  -- Nearly no text holds any of it, and finding that out must cost little: ten digits without a letter
  -- between them, or an @.
  execute format(
    $sql$
      create or replace function silver.without_personal_data(given text) returns text
      language sql immutable parallel safe
      return case
        when given collate "und-x-icu" ~ %L then silver.without_addresses(silver.without_numbers(given))
        else given
      end
    $sql$,
    format('%1$s|(?:[%2$s](?:[^%2$s%3$s%4$s]|[%5$s])*){10}', at, digit, ends, plus, no_letters)
  );

  -- For who may not read BINs: what may be one with digits wanting, or within a longer number.
  execute format(
    $sql$
      create function silver.without_long_numbers(given text) returns text
      language sql immutable parallel safe
      return regexp_replace(given, %L, '[digits]', 'g')
    $sql$,
    format('[%1$s](?:[^%1$s]?[%1$s]){9,}', digit)
  );
end
$$;

-- JSON that stands as a defect's raw value may have digits escaped, and spaces that look like letters.
create function silver.without_json_escapes(given text) returns text
language plpgsql immutable parallel safe as $$
declare
  plain text := given;
  code text;
begin
  if coalesce(strpos(plain, '\'), 0) = 0 or plain !~ '^\s*[{["]' then return plain; end if;
  plain := regexp_replace(plain, '\\[bfnrt]', ' ', 'g');
  for code in select distinct part[1] from regexp_matches(plain, '\\u([0-9a-fA-F]{4})', 'g') as part loop
    if code !~* '^(00[01]|d[89a-f])' then
      plain := replace(plain, '\u' || code, chr(('x' || lpad(code, 8, '0'))::bit(32)::integer));
    end if;
  end loop;
  return plain;
end
$$;

-- Where a long text is cut, a part of a number or an address may be left: what it was goes too.
create or replace function silver.redacted(raw text) returns text
language sql immutable parallel safe
return (
  select left(
    case
      when length(raw) > 1000 and length(shown) < 200
        then regexp_replace(shown collate "und-x-icu", '[^[:space:]]*[^[:alpha:]]*$', '')
      else shown
    end,
    200
  )
  from (select silver.without_personal_data(silver.without_json_escapes(left(raw, 1000))) as shown) as whole
);

-- A certificate's number is a text that people wrote like any other.
create or replace function silver.read_certificate_number(given text) returns text
language sql immutable parallel safe
return case
  when silver.trimmed(given) in ('', '-', '—', '-1', 'нет', 'Нет', 'НЕТ') then null
  else silver.without_personal_data(silver.trimmed(given))
end;
