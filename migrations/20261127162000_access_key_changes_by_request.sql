-- How the API's account, which may write no key, makes and ends keys: by these two, which are run with the
-- rights of their owner, hold who asks to what it has itself, and write the ledger in the same statement.
-- Neither returns a row where who asks may not. What the roles of a key and of a token hold stands in
-- settings, which the API alone knows; all else is checked here once more, and now.

-- Whether this caller may change keys: a token was checked by who asks, a key must still be one.
create function access.may_change_keys(caller text) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select caller like 'token:%' or exists (
    select from access.api_keys as own
    where own.key_id::text = caller
      and own.revoked_at is null and coalesce(own.expires_at > clock_timestamp(), true)
      and own.scope is null and not own.trusted_only
      and ('keys:manage' = any (own.rights) or own.roles <> '{}')
    for share
  )
$$;

-- Makes a key that has nothing beyond the caller's own. A key of a token ends: tokens do.
create function access.create_key(
  key_hash bytea, name text, rights text[], roles text[], scope jsonb, trusted_only boolean,
  expires_at timestamptz, caller text, caller_name text, operation text, request_id text
) returns setof access.api_keys
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with made as (
    insert into access.api_keys (name, key_hash, rights, roles, scope, trusted_only, expires_at)
    select create_key.name, create_key.key_hash, create_key.rights, create_key.roles, create_key.scope,
      create_key.trusted_only, create_key.expires_at
    where access.may_change_keys(caller) and case
      when caller like 'token:%' then create_key.expires_at is not null
      else exists (
        select from access.api_keys as own
        where own.key_id::text = caller
          and (create_key.rights <@ own.rights or own.roles <> '{}')
          and create_key.roles <@ own.roles
          and (own.expires_at is null or create_key.expires_at <= own.expires_at)
      ) end
    returning *
  ), recorded as (
    insert into access.ledger (kind, caller, caller_name, operation, subject, request_id)
    select 'KEY_CREATED', create_key.caller, create_key.caller_name, create_key.operation, key_id::text,
      create_key.request_id
    from made
  )
  select * from made
$$;

-- Ends a key for good; one that was revoked before keeps its first time. Whose key it is does not matter.
create function access.revoke_key(
  id bigint, caller text, caller_name text, operation text, request_id text
) returns setof access.api_keys
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with revoked as (
    update access.api_keys set revoked_at = coalesce(revoked_at, clock_timestamp())
    where key_id = id and access.may_change_keys(caller)
    returning *
  ), recorded as (
    insert into access.ledger (kind, caller, caller_name, operation, subject, request_id)
    select 'KEY_REVOKED', revoke_key.caller, revoke_key.caller_name, revoke_key.operation, key_id::text,
      revoke_key.request_id
    from revoked
  )
  select * from revoked
$$;

revoke execute on function access.may_change_keys(text),
  access.create_key(bytea, text, text[], text[], jsonb, boolean, timestamptz, text, text, text, text),
  access.revoke_key(bigint, text, text, text, text)
from public;
