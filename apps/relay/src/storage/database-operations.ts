import { MAX_SPACE_BYTES } from '@antechamber/protocol'
import { logOperations } from './log-operations.ts'
import type { SteppedOperations } from './operations.ts'
import type { SpaceLimits } from './ports.ts'
import { deskOperations, invitationOperations, rosterOperations, shareOperations } from './roster-operations.ts'

/** All that a database can be asked, SQLite and PostgreSQL alike. */
export const databaseOperations = ({ maxSpaceBytes = MAX_SPACE_BYTES }: SpaceLimits): SteppedOperations => ({
  ...logOperations(maxSpaceBytes),
  ...rosterOperations,
  ...shareOperations,
  ...invitationOperations,
  ...deskOperations,
})
