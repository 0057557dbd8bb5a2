-- What each caller spent in a minute, so that all processes of the API count together. Written about
-- once a second by each; worth nothing after the minute, and therefore not logged.
create unlogged table access.spending (
  caller text not null,
  minute bigint not null,      -- since 1970
  requests bigint not null,
  cost bigint not null,
  lookups bigint not null,
  primary key (caller, minute)
);
