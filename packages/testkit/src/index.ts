export { disguises, findTexts } from './disguises.ts'
export { type Interfered, interfere, type Rules } from './interference.ts'
export { type MovingRelay, startMovingRelay } from './moving-relay.ts'
export { type RelayProcess, readFolder, startRelayProcess } from './relay-process.ts'
export {
  type Around,
  addDevice,
  admit,
  comeBackAlone,
  comeWith,
  foundScene,
  foundUnwritten,
  joinByLink,
  NORTH,
  openDevice,
  openScene,
  type Person,
  type RelayAt,
  restart,
  type Scene,
  SOUTH,
  sceneSetup,
  untilAsked,
  untilIn,
} from './scene.ts'
export { freePort, type Recording, startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
export { recorded, type Traffic } from './traffic.ts'
export { until } from './wait.ts'
