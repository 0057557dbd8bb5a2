-- One row a workshop that was held.
-- reads: silver.workshops by workshop_id
-- reads: silver.workshop_visits by workshop_id
-- reads: silver.halls by hall_code of silver.workshops
-- BINs: bin
-- unit: workshop_id
select
  workshop.workshop_id::text as workshop_id,
  workshop.held_at,
  workshop.company_bin as bin,
  hall.name as hall,
  visits.visitors,
  visits.minutes
from silver.workshops workshop
left join silver.halls hall using (hall_code)
cross join lateral (
  select count(*)::integer as visitors, sum(minutes)::integer as minutes
  from silver.workshop_visits visit
  where visit.workshop_id = workshop.workshop_id
) visits
where workshop.held_at is not null
