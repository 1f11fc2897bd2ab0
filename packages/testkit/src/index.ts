export {
  admit,
  foundScene,
  joinByLink,
  NORTH,
  openScene,
  type Person,
  restart,
  type Scene,
  SOUTH,
  sceneSetup,
} from './scene.ts'
export { recorded, type Traffic } from './traffic.ts'
export { until } from './wait.ts'
