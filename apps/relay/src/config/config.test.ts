import { expect, test } from 'vitest'
import { buildConfig, type Environment } from './config.ts'

const built = (env: Environment) => {
  const config = buildConfig(env, '/web')
  if (!config.ok) throw new Error(JSON.stringify(config.error))
  return config.value
}

test('an empty environment is a relay for this machine', () => {
  expect(built({})).toMatchObject({
    port: 8400,
    host: '127.0.0.1',
    publicUrl: undefined,
    webDir: '/web',
    tls: undefined,
    metricsPort: undefined,
    trustedProxies: 0,
    logLevel: 'warn',
    rateScale: 1,
  })
  expect(built({}).dataDir).toMatch(/\/data$/)
  expect(built({}).shareKeyFile).toMatch(/\/data\/keys\/share\.key$/)
})

test('a folder of pages is a path from the root, without a slash at its end', () => {
  expect(built({ WEB_DIR: '/srv/web/dist/' }).webDir).toBe('/srv/web/dist')
  expect(built({ WEB_DIR: 'dist/' }).webDir).toMatch(/^\/.*\/dist$/)
})

test('with a certificate it listens to all, unless HOST says otherwise', () => {
  const tls = { TLS_CERT: '/c', TLS_KEY: '/k' }
  expect(built(tls).host).toBe('::')
  expect(built({ ...tls, HOST: '10.0.0.5' }).host).toBe('10.0.0.5')
  expect(built({ PUBLIC_URL: 'https://dialogue.example' }).host).toBe('127.0.0.1')
})

test('every mistake is told, at once', () => {
  const config = buildConfig(
    {
      PORT: '99999',
      METRICS_PORT: 'many',
      PUBLIC_URL: 'https://dialogue.example/path',
      TLS_CERT: '/c',
      TRUST_PROXY: '-1',
      LOG_LEVEL: 'loud',
      RATE_SCALE: '0',
      DATA_DIR: '/d',
      KEK_FILE: '/d/relay.sqlite',
    },
    undefined,
  )
  expect(config.ok || config.error.map(({ variable }) => variable).sort()).toEqual([
    'KEK_FILE',
    'LOG_LEVEL',
    'METRICS_PORT',
    'PORT',
    'PUBLIC_URL',
    'RATE_SCALE',
    'TLS_KEY',
    'TRUST_PROXY',
  ])
})

test.each([
  ['dialogue.example'],
  ['ftp://dialogue.example'],
  ['https://user@dialogue.example'],
  ['https://dialogue.example/?x'],
  ['nonsense'],
])('PUBLIC_URL %s is no address of a relay', (text) => {
  const config = buildConfig({ PUBLIC_URL: text }, undefined)
  expect(config.ok || config.error.map(({ variable }) => variable)).toEqual(['PUBLIC_URL'])
})

test.each([['internal'], ['mysql://u:secret@db/x'], ['db.internal:5432/x']])(
  'DATABASE_URL %s is no address of a database',
  (text) => {
    const config = buildConfig({ DATABASE_URL: text }, undefined)
    expect(config.ok || config.error.map(({ variable }) => variable)).toEqual(['DATABASE_URL'])
    expect(JSON.stringify(config)).not.toContain(text)
  },
)

test('a database may be on a server, and the key file stays where it is told', () => {
  const url = 'postgresql://relay:secret@db.example/antechamber?sslmode=verify-full'
  expect(built({ DATABASE_URL: url, DATA_DIR: '/d' })).toMatchObject({
    databaseUrl: url,
    shareKeyFile: '/d/keys/share.key',
  })
  expect(built({ DATABASE_URL: '' }).databaseUrl).toBe(undefined)
})

test('an address with http does not go with a certificate', () => {
  const config = buildConfig({ PUBLIC_URL: 'http://dialogue.example', TLS_CERT: '/c', TLS_KEY: '/k' }, undefined)
  expect(config.ok || config.error).toMatchObject([{ variable: 'PUBLIC_URL' }])
})
