export { type TestClock, testClock } from './clock.ts'
export { startTestRelay, type TestRelay, testConfig } from './relay.ts'
