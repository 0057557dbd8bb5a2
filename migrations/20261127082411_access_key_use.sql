-- Named sets of rights that a key has beside its own; what they hold stands in the setting ROLES.
-- A key that is for trusted documents alone may ask nothing else.
alter table access.api_keys
  add column roles text[] not null default '{}',
  add column trusted_only boolean not null default false;

-- When a key was used last, to the minute. Apart from the keys: who remembers them hears of each change.
create table access.key_uses (
  key_id bigint primary key references access.api_keys on delete cascade,
  last_used_at timestamptz not null
);
