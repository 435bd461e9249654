/** Every part of the pages for administrators and leads that has routes; one file each. */
import type { Router } from 'express';
import type { On } from './call.ts';
import { createDoctorRoutes } from './doctor-routes.ts';
import { createReportRoutes } from './report-routes.ts';
import { createSettingsRoutes } from './settings-routes.ts';
import { createTemplatesRoutes } from './templates-routes.ts';

export const ADMIN_ROUTES: readonly ((on: On) => Router)[] = [
  createDoctorRoutes,
  createReportRoutes,
  createSettingsRoutes,
  createTemplatesRoutes,
];
