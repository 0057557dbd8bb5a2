-- The rows that a key is confined to, in the form that src/access/rowScope.ts reads; null: all rows.
alter table access.api_keys
  add column scope jsonb check (jsonb_typeof(scope) = 'object');
