/** The core's tests alone, as the mutation run needs them: no other suite may be asked whether a mutant lives. */
import base from '../../jest.config.js';

const { reporters: _reporters, ...rest } = base;

export default {
  ...rest,
  rootDir: '../..',
  roots: ['<rootDir>/test/core'],
  testMatch: ['<rootDir>/test/core/all-core-tests.ts'],
};
