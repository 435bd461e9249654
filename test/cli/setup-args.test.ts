import { describe, expect, test } from '@jest/globals';
import { parseSetupArgs, splitPair } from '../../src/cli/setup-args.ts';

function runOf(...argv: string[]) {
  const parsed = parseSetupArgs(argv);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.args;
}

function complaintsOf(...argv: string[]) {
  const parsed = parseSetupArgs(argv);
  return parsed.kind === 'refused' ? parsed.complaints.map(({ key }) => key) : [parsed.kind];
}

describe('parseSetupArgs', () => {
  test('needs the pipeline only', () => {
    expect(runOf('--pipeline', '2:5')).toEqual({
      request: {
        pipeline: { entityTypeId: 2, categoryId: 5 },
        stages: [],
        settings: [],
        mode: null,
        language: null,
      },
      file: null,
      pipelineOfFile: false,
      yes: false,
      json: false,
    });
  });

  test('takes the pipeline of a document when none is named', () => {
    expect(runOf('--file', 'policy.json')).toMatchObject({
      file: 'policy.json',
      pipelineOfFile: true,
    });
    expect(runOf('--file', 'policy.json', '--pipeline', '2:5')).toMatchObject({
      request: { pipeline: { entityTypeId: 2, categoryId: 5 } },
      pipelineOfFile: false,
    });
  });

  test('reads everything', () => {
    const line =
      '--pipeline=177:12 --stage DT177_12:SUCCESS=closed:confirmed ' +
      '--stage=DT177_12:CHECK=awaiting-confirmation --set undoMinutes=5 ' +
      '--set diagnostics=UF_CRM_KIND:12 --mode enforce --lang en --yes --json';

    const args = runOf(...line.split(' '));

    expect(args).toEqual({
      request: {
        pipeline: { entityTypeId: 177, categoryId: 12 },
        stages: [
          { key: 'DT177_12:SUCCESS', value: 'closed:confirmed' },
          { key: 'DT177_12:CHECK', value: 'awaiting-confirmation' },
        ],
        settings: [
          { key: 'undoMinutes', value: '5' },
          { key: 'diagnostics', value: 'UF_CRM_KIND:12' },
        ],
        mode: 'enforce',
        language: 'en',
      },
      file: null,
      pipelineOfFile: false,
      yes: true,
      json: true,
    });
  });

  test.each([
    [[], ['setup.pipeline-missing']],
    [['--pipeline', '2'], ['setup.pipeline-shape']],
    [['--pipeline', '2:x'], ['setup.pipeline-shape']],
    [['--pipeline', '-2:5'], ['cli.unknown-option']],
    [['--pipeline', '2:5', '--stage', 'C5:WON'], ['cli.not-a-pair']],
    [['--pipeline', '2:5', '--stage', '=work'], ['cli.not-a-pair']],
    [['--pipeline', '2:5', '--stage', 'C5:WON=done'], ['setup.role-unknown']],
    [['--pipeline', '2:5', '--set', 'nothing=1'], ['setup.set-unknown']],
    [['--pipeline', '2:5', '--mode', 'strict'], ['setup.bad-mode']],
    [['--pipeline', '2:5', '--lang', 'de'], ['setup.bad-lang']],
    [['--pipeline', '2:5', '--nope'], ['cli.unknown-option']],
    [['--pipeline', '2:5', 'extra'], ['cli.unknown-option']],
    [
      ['--pipeline', 'x', '--mode', 'x', '--set', 'x'],
      ['setup.pipeline-shape', 'cli.not-a-pair', 'setup.bad-mode'],
    ],
    [['--help'], ['help']],
  ])('%j means %j', (argv, keys) => {
    expect(complaintsOf(...argv)).toEqual(keys);
  });
});

describe('splitPair', () => {
  test.each([
    ['C5:WON=closed:confirmed', { key: 'C5:WON', value: 'closed:confirmed' }],
    ['a=b=c', { key: 'a', value: 'b=c' }],
    [' a = b ', { key: 'a', value: 'b' }],
    ['lead=', { key: 'lead', value: '' }],
    ['a', null],
    ['=b', null],
  ])('splits %j at the first equals sign', (text, pair) => {
    expect(splitPair(text)).toEqual(pair);
  });
});
