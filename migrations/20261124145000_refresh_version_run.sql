-- The run that published a version, committed with it: whatever happens to its process after that, the
-- run is known to have published. The run's own row cannot say so, since how it goes is written into that
-- over another connection meanwhile.
alter table refresh.data_versions add column run_id bigint;
create index data_versions_run_id on refresh.data_versions (run_id);
