-- Search by names as people type them. Beside a name stands a text for pg_trgm, in which case, marks,
-- quotes and legal forms are gone. It has the name twice: by how its letters look (АСМЕ is ACME) and by
-- how they sound (Арман is Arman). Both are ASCII: in a database with the locale C, pg_trgm sees no
-- other letters.

do $$
begin
  create extension if not exists pg_trgm;
exception
  when insufficient_privilege then
    raise exception 'The search needs the extension pg_trgm, which this account may not create; expected an administrator to run "create extension pg_trgm" in this database once.';
  when undefined_file or feature_not_supported then
    raise exception 'The search needs the extension pg_trgm, which this server does not have; expected PostgreSQL''s contrib modules on it.';
end
$$;

-- Wherever the extension was created before: what is made below is bound to it, not to its schema's name.
select set_config('search_path', quote_ident(nspname), true)
from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
where extname = 'pg_trgm';

-- Loads it: only then may an account that is no superuser bind its settings to a function, as below.
select word_similarity('', '');

-- Words in lower case with single spaces, without marks above and below letters: ё is е, й is и.
-- Kazakh letters become the ones that people without their keyboard type. The full stops of Т.О.О. go,
-- all other signs part words.
create function silver.plain_words(given text) returns text
language sql immutable parallel safe
return translate(
  btrim(regexp_replace(
    regexp_replace(
      regexp_replace(
        lower(normalize(given, NFKD) collate "und-x-icu"),
        E'[\u0300-\u036f\u00ad\u200b-\u200f\ufeff]', '', 'g'
      ),
      '(?<![^\s.])([^\s.])\.(?=[^\s.](\.|\s|$))', '\1', 'g'
    ),
    '[^[:alnum:]]+', ' ', 'g'
  )),
  'әғқңөұүһіэъь', 'агкноуухие'
);

-- How letters look: the Cyrillic ones that are mistaken for Latin ones become these; the others
-- become letters that none of them looks like, so that what differs in Cyrillic still differs.
create function silver.looking(words text) returns text
language sql immutable parallel safe
return translate(words, 'авекмнорстухиыбгджзлпфцчшщюя', 'abekmhopctyxiigrdjzlufsvwwqn');

-- How letters sound: as names are written most often where only Latin letters are.
create function silver.sounding(words text) returns text
language sql immutable parallel safe
return translate(
  replace(replace(replace(replace(replace(replace(replace(replace(
    words, 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'sh'), 'ю', 'yu'), 'я', 'ya'),
  'абвгдезийклмнопрстуфы', 'abvgdeziiklmnoprstufy'
);

-- Without its legal form, but for a name that is nothing else. Trying one form after the other is ten
-- times as fast as one pattern of them all.
create function silver.without_legal_form(words text, forms text[]) returns text
language plpgsql immutable parallel safe as $$
declare
  form text;
  kept text := ' ' || words || ' ';
begin
  foreach form in array forms loop
    kept := replace(kept, form, ' ');
  end loop;
  -- Ақ is white too, so it is a legal form at the end alone.
  return coalesce(nullif(btrim(case when kept like '% ак ' or kept like '% ak ' then left(kept, -4) else kept end), ''), words);
end
$$;

-- The name as its letters look, and as they sound.
do $$
declare
  forms constant text[] := array[
    'товарищество с ограниченной ответственностью', 'товарищество с дополнительной ответственностью',
    'полное товарищество', 'общество с ограниченной ответственностью', 'индивидуальный предприниматель',
    'некоммерческое акционерное общество', 'открытое акционерное общество',
    'закрытое акционерное общество', 'публичное акционерное общество', 'акционерное общество',
    'крестьянское хозяйство', 'частная компания', 'жауапкершілігі шектеулі серіктестігі',
    'жауапкершілігі шектеулі серіктестік', 'жеке кәсіпкер', 'жеке кәсіпкерлік',
    'коммерциялық емес акционерлік қоғам', 'коммерциялық емес акционерлік қоғамы',
    'акционерлік қоғам', 'акционерлік қоғамы', 'жеке компания',
    'тоо', 'ип', 'ао', 'оао', 'зао', 'пао', 'нао', 'ооо', 'чк', 'жшс', 'жк', 'кеақ',
    'limited liability partnership', 'limited liability company', 'joint stock company',
    'private company', 'limited', 'llp', 'llc', 'ltd', 'jsc', 'inc', 'gmbh', 'too', 'ao', 'ooo'
  ];
  plain constant text[] := (
    select array_agg(' ' || silver.plain_words(form) || ' ' order by length(form) desc, form) from unnest(forms) as form
  );
begin
  execute format(
    'create function silver.name_looking(given text) returns text language sql immutable parallel safe
     return silver.without_legal_form(silver.looking(silver.plain_words(given)), %L::text[])',
    (select array_agg(silver.looking(form) order by position) from unnest(plain) with ordinality as each (form, position))
  );
  execute format(
    'create function silver.name_sounding(given text) returns text language sql immutable parallel safe
     return silver.sounding(silver.without_legal_form(silver.plain_words(given), %L::text[]))',
    plain
  );
end
$$;

-- What the names of something are found by: |looking|sounding|looking|sounding|, without repetitions.
create function silver.search_text(name text, other_name text) returns text
language sql immutable parallel safe
begin atomic
  select '|' || string_agg(key, '|' order by position) || '|'
  from (
    select key, min(position) as position
    from unnest(array[
      silver.name_looking(name), silver.name_sounding(name),
      silver.name_looking(other_name), silver.name_sounding(other_name)
    ]) with ordinality as keys (key, position)
    where key <> ''
    group by key
  ) as distinct_keys;
end;

alter table silver.companies
  add column search_text text generated always as (silver.search_text(name, short_name)) stored;
-- The name in the protocol: a participant may have had it before its company was renamed.
alter table silver.service_requests
  add column search_text text generated always as (
    case when service_id = 'techpark' and bp_status in ('registered', 'deactivated')
      then silver.search_text(company_name, null) end
  ) stored;
create index companies_search_text on silver.companies using gin (search_text gin_trgm_ops)
  with (fastupdate = off);
create index service_requests_search_text on silver.service_requests
  using gin (search_text gin_trgm_ops)
  with (fastupdate = off) where search_text is not null;
create index service_requests_certificate_number on silver.service_requests (certificate_number)
  where certificate_number is not null;
create index companies_tin on silver.companies (tin);
create index techpark_participants_company_tin on silver.techpark_participants (company_tin);

-- The companies and the granted requests whose names are like the one asked for, and how close they
-- are: 0 it is the name, 1 it is its beginning, 2 each of its words begins one of the name's, 3 it is a
-- part of the name, 4 it is similar. At 0.3 a name of five letters is found with one of them wrong.
-- Parts of words are found from three letters on: fewer have no trigram.
create function silver.names_like(looking text, sounding text)
returns table (company_id integer, service_request_id integer, name text, closeness integer, score numeric)
language sql stable
set pg_trgm.word_similarity_threshold = 0.3
set enable_seqscan = off
begin atomic
  with asked as (
    select string_to_array(looking, ' ') as looking_words, string_to_array(sounding, ' ') as sounding_words
  )
  select found.company_id, found.service_request_id, found.name,
    case
      when strpos(search_text, '|' || looking || '|') > 0
        or strpos(search_text, '|' || sounding || '|') > 0 then 0
      when strpos(search_text, '|' || looking) > 0 or strpos(search_text, '|' || sounding) > 0 then 1
      when (
        select bool_and(strpos(search_text, ' ' || word) > 0 or strpos(search_text, '|' || word) > 0)
        from unnest(looking_words) as word
      ) or (
        select bool_and(strpos(search_text, ' ' || word) > 0 or strpos(search_text, '|' || word) > 0)
        from unnest(sounding_words) as word
      ) then 2
      when strpos(search_text, looking) > 0 or strpos(search_text, sounding) > 0 then 3
      else 4
    end,
    round(greatest(word_similarity(looking, search_text), word_similarity(sounding, search_text))::numeric, 3)
  from asked, (
    select company.company_id, null::integer as service_request_id,
      coalesce(company.name, company.short_name) as name, company.search_text
    from silver.companies as company
    where looking <% company.search_text or sounding <% company.search_text
      or company.search_text like '%' || case when length(looking) < 3 then '|' else '' end || nullif(looking, '') || '%'
    union all
    select request.company_id, request.service_request_id, request.company_name, request.search_text
    from silver.service_requests as request
    where looking <% request.search_text or sounding <% request.search_text
      or request.search_text like '%' || case when length(looking) < 3 then '|' else '' end || nullif(looking, '') || '%'
  ) as found;
end;

set local search_path to default;
