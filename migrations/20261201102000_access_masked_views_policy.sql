-- By which policy the views of gold_masked were made last, beside its first masked year.
alter table access.masked_views add column mask_bin_policy text not null default 'year';
