/** The templates that come with the app, compiled: one set for every portal of the process. */
import type { ArticleTemplates } from './article-templates.ts';
import { loadArticleTemplates } from './article-templates.ts';
import type { ClientTemplates } from './client-templates.ts';
import { loadClientTemplates } from './client-templates.ts';
import type { DocumentationTemplates } from './documentation-templates.ts';
import { loadDocumentationTemplates } from './documentation-templates.ts';
import type { StaffTemplates } from './staff-templates.ts';
import { loadStaffTemplates } from './staff-templates.ts';

export interface OriginalTemplates {
  readonly client: ClientTemplates;
  readonly staff: StaffTemplates;
  readonly documentation: DocumentationTemplates;
  readonly articles: ArticleTemplates;
}

/** @throws AppError template-failed when one is missing or wrong */
export function loadOriginals(): OriginalTemplates {
  return {
    client: loadClientTemplates(),
    staff: loadStaffTemplates(),
    documentation: loadDocumentationTemplates(),
    articles: loadArticleTemplates(),
  };
}
