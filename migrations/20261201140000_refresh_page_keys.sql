-- Pages of an answer go on by addresses that this API signs: each data version has a key of its own, which no answer
-- shows and every process of the API reads. What was signed for one version is worth nothing for another.
alter table refresh.data_versions
  add column page_key bytea not null
    default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
comment on column refresh.data_versions.page_key is 'signs the addresses of pages that go on in this version';
