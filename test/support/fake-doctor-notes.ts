import type { DoctorNotes, StoredAnswer, StoredCheck } from '../../src/app/ports/doctor.ts';

/** Answers and results of the self-check in memory. */
export class FakeDoctorNotes implements DoctorNotes {
  readonly given = new Map<string, StoredAnswer>();
  readonly kept = new Map<string, StoredCheck>();

  async answers(): Promise<ReadonlyMap<string, StoredAnswer>> {
    return this.given;
  }
  async answer(_portalId: string, questionId: string, answer: StoredAnswer): Promise<void> {
    this.given.set(questionId, answer);
  }
  async results(): Promise<ReadonlyMap<string, StoredCheck>> {
    return this.kept;
  }
  async keep(_portalId: string, results: ReadonlyMap<string, StoredCheck>): Promise<void> {
    for (const [check, result] of results) this.kept.set(check, result);
  }
}
