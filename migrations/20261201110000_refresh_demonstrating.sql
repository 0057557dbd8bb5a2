-- Demonstration data are left behind system by system.
alter table refresh.data_versions
  add column demonstrating text[] not null default '{}'; -- systems without real events when it was published
update refresh.data_versions set demonstrating = '{arm}' where demonstration;
