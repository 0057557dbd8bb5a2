import { ABOUT, Random } from '../basis/random';
import type { Participation } from '../companies/participations';
import type { ReportPlan } from './reportPlan';
import { NEW_FORM_YEAR, YEARLY } from './reportPlan';
import { takeSome } from '../basis/takeSome';
import type { Volumes } from '../basis/volumes';

function isGold(plan: ReportPlan): boolean {
  return plan.status === 'signed' && plan.fate !== 'deleted';
}

/** A plan that no other quirk depends on. */
function isOrdinary(plan: ReportPlan): boolean {
  const { participation, fate, certificate } = plan;
  return (
    fate === 'plain' &&
    certificate === 'own' &&
    participation.role === 'participant' &&
    participation.binOnRecord
  );
}

export function assignFates(volumes: Volumes, plans: readonly ReportPlan[]): void {
  const random = new Random(ABOUT.plan, 1);
  const old = plans.filter(
    (plan) => isOrdinary(plan) && plan.born === 'snapshot' && !plan.superseding && !plan.signedLate,
  );
  const signed = old.filter((plan) => plan.status === 'signed');
  const drafts = old.filter((plan) => plan.status === 'draft');
  // Their BIN must not be lost with the signature: in the old form it stands in the data.
  const oldForms = signed.filter((plan) => plan.year < NEW_FORM_YEAR);
  const newForms = signed.filter((plan) => plan.year >= NEW_FORM_YEAR);
  for (const plan of takeSome(random, oldForms, volumes.unseenSignature)) {
    plan.fate = 'unseenSignature';
  }
  for (const plan of takeSome(random, newForms, volumes.unseenData)) plan.fate = 'unseenData';
  const seen = newForms.filter((plan) => plan.fate === 'plain');
  for (const plan of takeSome(random, seen, volumes.rebornReports)) plan.fate = 'reborn';
  for (const plan of takeSome(random, drafts, volumes.rebornBlind)) plan.fate = 'rebornBlind';
}

/** Which signed reports have no certificate number of their own, and which another than the register. */
export function assignCertificates(volumes: Volumes, plans: readonly ReportPlan[]): void {
  const random = new Random(ABOUT.plan, 2);
  const gold = plans.filter(isGold);
  const firstOf = (wanted: (participation: Participation) => boolean) => {
    const seen = new Set<Participation>();
    return gold.filter(({ participation }) => {
      if (!wanted(participation) || seen.has(participation)) return false;
      return seen.add(participation);
    });
  };
  const unresolved = firstOf((participation) => participation.role === 'underContract').filter(
    ({ participation }) => participation.certificateNumber === null,
  );
  const contracted = gold.filter(
    ({ participation: { role, certificateNumber } }) =>
      role === 'underContract' && certificateNumber !== null,
  );
  const byRequest = takeSome(random, contracted, volumes.resolvedByRequest);
  const unseen = gold.filter((plan) => plan.fate === 'unseenData');
  const byParticipant = takeSome(
    random,
    gold.filter(isOrdinary),
    volumes.certificateMissing - unresolved.length - byRequest.length - unseen.length,
  );
  for (const plan of [...unresolved, ...byRequest, ...unseen, ...byParticipant]) {
    plan.certificate = 'missing';
  }
  const conflicting = takeSome(random, gold.filter(isOrdinary), volumes.certificateConflicting);
  for (const plan of conflicting) plan.certificate = 'conflicting';

  const companies = new Set<number>();
  for (const plan of gold) {
    const { binOnRecord, company } = plan.participation;
    if (binOnRecord || companies.has(company)) continue;
    companies.add(company);
    plan.binKnown = false;
  }
}

/** Deals out exactly the wanted number of export items, more to some reports than to others. */
export function assignExports(volumes: Volumes, plans: readonly ReportPlan[]): void {
  const random = new Random(ABOUT.plan, 3);
  const eligible = plans.filter(
    (plan) =>
      isGold(plan) &&
      plan.fate !== 'unseenData' &&
      plan.participation.exporter &&
      plan.period !== YEARLY &&
      plan.year >= NEW_FORM_YEAR,
  );
  const weights = eligible.map(() => 0.3 + random.next());
  const inAll = weights.reduce((sum, weight) => sum + weight, 0);
  let passed = 0;
  let dealt = 0;
  for (const [place, plan] of eligible.entries()) {
    passed += weights[place] ?? 0;
    const last = place === eligible.length - 1;
    const upToHere = last
      ? volumes.exportItems
      : Math.floor((passed / inAll) * volumes.exportItems);
    plan.exportItems = upToHere - dealt;
    dealt = upToHere;
  }
}
