-- Who read clear BINs, looked companies up, was refused, changed keys, let a held publication go.
-- Entries are added and never changed. An entry of the API stands for all that the same caller did by the
-- same operation within about a second.
create table access.ledger (
  entry_id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null
    check (kind in ('CLEAR_BINS', 'LOOKUP', 'REFUSED', 'KEY_CREATED', 'KEY_REVOKED', 'GATE_RELEASED')),
  caller text,             -- the id of a key, token:… or 'command line'; null where nobody could be told
  caller_name text,
  operation text,          -- its name in the document
  document text,           -- the SHA-256 of the document, in hexadecimal
  subject text,            -- what it is about: the code of a refusal, the id of a key or of a run
  rows bigint not null default 0,    -- with a clear BIN
  times bigint not null default 1,
  request_id text          -- of the first of these requests, as the log has it
);
create index ledger_at on access.ledger (at);

create function access.refuse_ledger_change() returns trigger
language plpgsql as $$
begin
  raise exception 'Entries of the ledger are neither changed nor removed.';
end
$$;

create trigger refuse_ledger_change
before update or delete or truncate on access.ledger
for each statement execute function access.refuse_ledger_change();
