import { companyAt } from '../companies/companies';
import { PEOPLE, inventedIin } from '../companies/people';
import { ABOUT, Random } from '../basis/random';
import type { ReportPlan } from './reportPlan';
import { NEW_FORM_YEAR } from './reportPlan';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SIGNATURE_LENGTH = 1_100;

/** Noise to cut signatures from: a real one does not compress, and neither do these. */
const NOISE = (() => {
  const random = new Random(ABOUT.filler);
  return Array.from({ length: 32_768 }, () => BASE64[random.below(64)]).join('');
})();

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

function writeName(random: Random, name: string): string {
  const escaped = escapeXml(name);
  if (random.chance(0.9)) return escaped;
  return escaped.replace('«', '&#171;').replace('»', '&#xBB;');
}

/** The block in which BIN and name stand; on one line or over several. */
function companyBlock(random: Random, plan: ReportPlan): string {
  const { company } = plan.participation;
  const { bin, name } = companyAt(company);
  const gap = random.chance(0.5) ? '\n    ' : '';
  const id = `<id>${company + 1}</id>`;
  return `<company>${gap}${id}${gap}<tin>${bin}</tin>${gap}<name>${writeName(random, name)}</name>${gap}</company>`;
}

/** Broken off within the company's BIN, so that none can be read from it. */
function cutWithinBin(xml: string): string {
  const company = xml.indexOf('<company>');
  return xml.slice(0, xml.indexOf('<tin>', company) + 10);
}

/** The signed form. Only the `<tin>` inside `<company>` is the company's: the others are not. */
export function writeSignedXml(plan: ReportPlan): string {
  const random = new Random(ABOUT.signedXml, plan.id);
  const { participation, id } = plan;
  const newForm = plan.year >= NEW_FORM_YEAR;
  const person = random.pick(PEOPLE);
  const director = `<director><tin>${inventedIin(participation.requestId)}</tin><name>${person}</name></director>`;
  const company = newForm ? companyBlock(random, plan) : '';
  const start = random.below(NOISE.length - SIGNATURE_LENGTH);
  const noise = NOISE.slice(start, start + SIGNATURE_LENGTH);
  const line = random.chance(0.5) ? '\n  ' : '';
  const body = random.chance(0.6) ? [director, company] : [company, director];
  const xml =
    `<?xml version="1.0" encoding="UTF-8"?>${line}<report><number>${id}</number><year>${plan.year}</year>${line}` +
    `${body.join(line)}${line}<bank><tin>000240000000</tin><name>Demo Bank</name></bank>${line}` +
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>' +
    '<ds:SignatureMethod Algorithm="urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:gostr34102015-gostr34112015-512"/>' +
    `</ds:SignedInfo><ds:SignatureValue>${noise}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509SubjectName>` +
    `CN=${person},SERIALNUMBER=IIN${inventedIin(participation.requestId)},C=KZ,OU=BIN000000000000` +
    '</ds:X509SubjectName></ds:X509Data></ds:KeyInfo></ds:Signature></report>';
  if (!newForm) return xml;
  if (!plan.binKnown) return cutWithinBin(xml);
  const fate = random.next();
  if (participation.binOnRecord) {
    if (fate < 0.004) return cutWithinBin(xml);
    if (fate < 0.007) return '<?xml version="1.0"?><report><company><tin>12345</tin><unclosed>';
  }
  // Broken off within the signature: what stands before can still be read.
  return fate > 0.997 ? xml.slice(0, xml.indexOf('<ds:SignatureValue>') + 200) : xml;
}
