create schema access;

-- API keys. Only the SHA-256 of a key is kept: keys are random, so a slow hash would add nothing.
create table access.api_keys (
  key_id bigint generated always as identity primary key,
  name text not null,
  key_hash bytea not null unique,
  rights text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
