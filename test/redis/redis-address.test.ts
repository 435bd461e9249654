import { describe, expect, test } from '@jest/globals';
import { parseRedisAddress } from '../../src/redis/redis-address.ts';

const NOBODY = { username: '', password: '' };

describe('the address of Redis', () => {
  test('one server is taken as it is written', () => {
    const url = 'rediss://app:p%40ss@redis.example:6380/2';

    expect(parseRedisAddress(url)).toEqual({ kind: 'single', url });
  });

  test('sentinels are listed with commas, the master’s name follows', () => {
    expect(
      parseRedisAddress('redis+sentinel://s1.example:26379,10.0.0.2,[::1]:5000/mymaster'),
    ).toEqual({
      kind: 'sentinel',
      tls: false,
      ...NOBODY,
      hosts: [
        { host: 's1.example', port: 26379 },
        { host: '10.0.0.2', port: 26379 },
        { host: '::1', port: 5000 },
      ],
      master: 'mymaster',
      db: 0,
      sentinelUsername: '',
      sentinelPassword: '',
    });
  });

  test('passwords of the servers and of the sentinels stand apart, percent-encoded', () => {
    const address = parseRedisAddress(
      'rediss+sentinel://app:p%40s%3As@s1/main/3?sentinelUsername=watch&sentinelPassword=a%26b',
    );

    expect(address).toMatchObject({
      tls: true,
      username: 'app',
      password: 'p@s:s',
      master: 'main',
      db: 3,
      sentinelUsername: 'watch',
      sentinelPassword: 'a&b',
    });
  });

  test('a cluster is told by some of its nodes', () => {
    expect(parseRedisAddress('redis+cluster://:secret@n1:7000,n2/')).toEqual({
      kind: 'cluster',
      tls: false,
      username: '',
      password: 'secret',
      hosts: [
        { host: 'n1', port: 7000 },
        { host: 'n2', port: 6379 },
      ],
    });
  });

  test.each([
    ['http://h:6379', 'not-redis'],
    ['redis+proxy://h:6379', 'not-redis'],
    ['redis://', 'not-redis'],
    ['redis+sentinel://h:26379', 'not-sentinels'],
    ['redis+sentinel:///mymaster', 'not-sentinels'],
    ['redis+sentinel://h:26379,/mymaster', 'not-sentinels'],
    ['redis+sentinel://h:99999/mymaster', 'not-sentinels'],
    ['redis+sentinel://h/mymaster?password=x', 'not-sentinels'],
    ['redis+sentinel://:%E0%A4%A@h/mymaster', 'not-sentinels'],
    ['redis+cluster://n1:7000/2', 'not-cluster'],
    ['redis+cluster://n1:7000?db=1', 'not-cluster'],
    ['redis+cluster://n1:0', 'not-cluster'],
    ['redis+cluster://a b', 'not-cluster'],
  ])('%s is refused as %s', (value, problem) => {
    expect(parseRedisAddress(value)).toBe(problem);
  });
});
