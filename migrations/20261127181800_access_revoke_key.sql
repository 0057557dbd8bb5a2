-- Both keys that a revocation is about are locked first, in the order of their ids: two that revoke each other
-- would else wait for each other. And the time is taken after the lock, so that no key was made by one that had
-- ended by then.
create or replace function access.revoke_key(
  id bigint, caller text, caller_name text, operation text, request_id text
) returns setof access.api_keys
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select from access.api_keys
  where key_id = revoke_key.id or key_id::text = revoke_key.caller
  order by key_id
  for no key update;

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
