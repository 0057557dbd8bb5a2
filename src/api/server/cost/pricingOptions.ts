import type { GraphQLSchema } from 'graphql';
import type { Model } from '../../model/mart';
import type { TableSizes } from './tableSizes';

export interface PricingOptions {
  readonly schema: GraphQLSchema;
  /** Without it nothing is known of tables: an answer costs its values. */
  readonly model: Model | undefined;
  readonly sizes: TableSizes;
  /** Another number whenever tables may have other sizes. */
  readonly edition?: () => number;
  /** Small groups are withheld from who may not read BINs. */
  readonly withholds: boolean;
}
