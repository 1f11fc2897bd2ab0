import { MAX_SPACE_BYTES } from '@antechamber/protocol'
import { destroyOperations } from './destroy-operations.ts'
import { logOperations } from './log-operations.ts'
import type { SteppedOperations } from './operations.ts'
import type { SpaceLimits } from './ports.ts'
import { regrantOperations } from './regrant-operations.ts'
import { deskOperations, invitationOperations, rosterOperations, shareOperations } from './roster-operations.ts'

/** All that a database can be asked, SQLite and PostgreSQL alike. */
export const databaseOperations = ({ maxSpaceBytes = MAX_SPACE_BYTES }: SpaceLimits): SteppedOperations => ({
  ...logOperations(maxSpaceBytes),
  ...destroyOperations,
  ...rosterOperations,
  ...regrantOperations(maxSpaceBytes),
  ...shareOperations,
  ...invitationOperations,
  ...deskOperations,
})
