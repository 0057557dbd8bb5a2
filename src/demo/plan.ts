import type { Participation } from './companies/participations';
import { planParticipations } from './companies/participations';
import { planReports } from './reports/planReports';
import type { ReportPlan } from './reports/reportPlan';
import type { Volumes } from './basis/volumes';
import { volumesAt } from './basis/volumes';

/** What is decided before the first event: all else follows from a row's id when it is written. */
interface DemonstrationPlan {
  readonly volumes: Volumes;
  readonly participations: readonly Participation[];
  readonly reports: readonly ReportPlan[];
}

export function planDemonstration(scale: number): DemonstrationPlan {
  const volumes = volumesAt(scale);
  const participations = planParticipations(volumes);
  return { volumes, participations, reports: planReports(volumes, participations) };
}
