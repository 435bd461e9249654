/** The import rule of docs/ARCHITECTURE.md, enforced in the test command. */
const SHELLS = [
  'http',
  'queue',
  'bitrix24',
  'redis',
  'cli',
  'text',
  'calendar',
  'measures',
  'sandbox',
];
const others = (self) => `^src/(${SHELLS.filter((s) => s !== self).join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-pure',
      comment: 'core decides; it imports nothing but itself: no npm, no node:, no shell',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'app-knows-only-core-and-its-ports',
      severity: 'error',
      from: { path: '^src/app/' },
      to: { pathNot: '^src/(app|core)/|^src/errors\\.ts$' },
    },
    ...SHELLS.filter((s) => s !== 'sandbox').map((shell) => ({
      name: `${shell}-does-not-know-other-shells`,
      comment: 'shells meet only in compose.ts',
      severity: 'error',
      from: { path: `^src/${shell}/` },
      to: { path: others(shell) },
    })),
    {
      name: 'pages-know-only-core-types',
      comment: 'web runs in the browser: nothing of the server but the plain data types',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { pathNot: '^src/(web|core)/|node_modules/preact' },
    },
    {
      name: 'nobody-imports-pages',
      severity: 'error',
      from: { path: '^src/(?!web/)' },
      to: { path: '^src/web/' },
    },
    {
      name: 'sandbox-knows-nothing-of-the-app',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/(?!sandbox/)' },
    },
    {
      name: 'app-never-imports-the-sandbox',
      severity: 'error',
      from: { path: '^src/(?!sandbox/|main\\.ts|demo(-story|-install)?\\.ts)' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'sdk-only-in-bitrix24',
      severity: 'error',
      from: { pathNot: '^src/bitrix24/' },
      to: { path: 'node_modules/@bitrix24/b24jssdk' },
    },
    {
      name: 'redis-libraries-only-in-queue-and-redis',
      severity: 'error',
      from: { pathNot: '^src/(queue|redis)/' },
      to: { path: 'node_modules/(bullmq|ioredis|js-redis-server)/' },
    },
    {
      name: 'errors-import-nothing',
      severity: 'error',
      from: { path: '^src/errors\\.ts$' },
      to: { path: '.' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'src-never-imports-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
