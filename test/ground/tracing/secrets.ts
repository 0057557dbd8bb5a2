/** What must be in no span. */
export const BIN = '010240000012';
export const NAME = 'ТОО Тайный канал';

/** The span of the caller's own program, as its traceparent names it. */
export const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
