import type { PipelineRef } from '../../core/policy.ts';

/** `2:5`; null for anything else. */
export function readPipelineText(text: unknown): PipelineRef | null {
  const [, type, category] =
    typeof text === 'string' ? (/^([1-9]\d{0,8}):(\d{1,9})$/.exec(text) ?? []) : [];
  if (type === undefined || category === undefined) return null;
  return { entityTypeId: Number(type), categoryId: Number(category) };
}
