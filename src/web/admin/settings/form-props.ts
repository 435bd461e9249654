import type { AdminScope } from '../scope.ts';
import type { PolicyForm } from './policy-form.ts';

/** What every tab of a pipeline's settings is given. */
export interface FormProps {
  readonly scope: AdminScope;
  readonly form: PolicyForm;
}
