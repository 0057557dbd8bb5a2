import type { DirectiveNode } from 'graphql';
import type { Directives } from './directives';
import type { Label } from '../label';

/** What is needed to read labels. */
export interface LabelReading {
  readonly directives: Directives;
  complain(sentence: string): void;
}

interface Node {
  readonly directives?: readonly DirectiveNode[];
}

const NONE: Label = { kk: '', ru: '', en: '' };

/** The label that the node must bear; `where` names it in the complaint where there is none. */
export function readLabel(
  node: Node,
  where: string,
  { directives, complain }: LabelReading,
): Label {
  const label = directives.label(node);
  if (!label) {
    complain(
      `${where} has no label; expected @label(kk: "…", ru: "…", en: "…") on it, its name in Kazakh, Russian and English.`,
    );
    return NONE;
  }
  const empty = Object.entries(label).filter(([, text]) => text.trim() === '');
  for (const [language] of empty) {
    complain(`The label of ${where} is empty in ${language}; expected its name in that language.`);
  }
  return label;
}
