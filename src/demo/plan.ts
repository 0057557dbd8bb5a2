import type { Participation } from './participations';
import { planParticipations } from './participations';
import { planReports } from './planReports';
import type { ReportPlan } from './reportPlan';
import type { Volumes } from './volumes';
import { volumesAt } from './volumes';

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
