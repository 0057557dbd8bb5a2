import { maxAliasesRule } from './MaxAliasesRule';
import { maxDepthRule } from './MaxDepthRule';
import { maxDirectivesRule } from './MaxDirectivesRule';
import { maxRepeatsRule } from './MaxRepeatsRule';
import { maxRootFieldsRule } from './MaxRootFieldsRule';
import { valuesRule } from '../values/valuesRule';

const MAX_TOKENS = 5_000;
const MAX_DEPTH = 15;
const MAX_ROOT_FIELDS = 30;
const MAX_ALIASES = 100;
const MAX_DIRECTIVES = 50;
const MAX_REPEATS = 20;

/** What holds of a document, however it came. */
export const documentLimits = {
  parseOptions: { maxTokens: MAX_TOKENS },
  validationRules: [
    maxDepthRule(MAX_DEPTH),
    maxRootFieldsRule(MAX_ROOT_FIELDS),
    maxAliasesRule(MAX_ALIASES),
    maxDirectivesRule(MAX_DIRECTIVES),
    maxRepeatsRule(MAX_REPEATS),
    valuesRule,
  ],
};
