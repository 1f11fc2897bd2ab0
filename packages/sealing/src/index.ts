export type { HashCost } from './argon2.ts'
export { importDeviceKey, newDeviceKey, openAtOnce, openAtRest, sealAtOnce, sealAtRest } from './at-rest.ts'
export {
  type ChapterPlace,
  type Commitments,
  exportContentKey,
  importContentKey,
  newContentKey,
  type OpenChapter,
} from './chapter.ts'
export type { MistypedCode } from './code-text.ts'
export {
  type EntryFault,
  type EntryFields,
  MAX_ENTRY_BODY_BYTES,
  openEntry,
  sealEntry,
  type UnverifiedEntry,
  unsafeTrustStoredEntry,
  type VerifiedEntry,
  verifyEntry,
} from './entry.ts'
export { type GrantFault, type GrantPlace, grantContentKey, type NewGrant, openGrant } from './grant.ts'
export { hash, logHashAfter } from './hashing.ts'
export {
  createHeader,
  type Header,
  type HeaderFacts,
  type HeaderFault,
  MAX_SNAPSHOT_BYTES,
  type MalformedHeader,
  type NewHeader,
  openHeader,
  type PreviousHead,
  readHeader,
  type UnverifiedHeader,
  verifyHeader,
} from './header.ts'
export { isSealingPublicKey } from './hpke.ts'
export {
  type InvitationSecret,
  invitationTicket,
  linkFragment,
  linkPath,
  newLinkInvitation,
  openRecord,
  parseLink,
  RECORD_OVERHEAD,
  sealRecord,
} from './invitation.ts'
export { JOIN_OVERHEAD, type JoinFault, type JoinPlace, type NewJoin, openJoin, sealJoin } from './join.ts'
export { calibrateCost, isPassphraseLongEnough, LEAST_COST, MIN_PASSPHRASE_CHARS } from './passphrase.ts'
export { type Random, systemRandom } from './random.ts'
export { verifyReceipt } from './receipt.ts'
export {
  anchorFromRecoveryCode,
  newRecoveryCode,
  parseRecoveryCode,
  RECOVERY_GROUPS,
  RECOVERY_WORDS,
} from './recovery-code.ts'
export {
  openOwnRoundWords,
  openRoundWords,
  type RoundKey,
  roundKeyName,
  roundKeyOf,
  roundSecret,
  sealRoundWords,
} from './round-words.ts'
export { SAFETY_WORDS, safetyWords } from './safety-words.ts'
export {
  isSealingKeyGood,
  newSealingKey,
  type SealingKey,
  sealingKeyFromSecret,
  sealingKeyRecord,
} from './sealing-key.ts'
export type { ChapterKey, ContentKey, SealingSecret, SigningSecret, VaultKey } from './secrets.ts'
export {
  type LoginFields,
  newSigningKey,
  type SigningKey,
  sign,
  signingKeyFromSecret,
  signLogin,
  verify,
} from './signing.ts'
export {
  invitationFromSpokenCode,
  newSpokenCode,
  parseSpokenCode,
  SPOKEN_GROUPS,
  SPOKEN_WORDS,
} from './spoken-code.ts'
export { signTurn, turnSubject, verifyTurn } from './turn.ts'
export {
  type KeptVaultKey,
  newVaultKey,
  openVaultKey,
  type PassphraseWrap,
  recordKeyOf,
  sealVaultKey,
  unwrapVaultKey,
  VAULT_KEY_RECORD,
  type VaultKeyFault,
  type WrappedVaultKey,
} from './vault-key.ts'
export {
  encodeRoundWords,
  isOwnWords,
  MAX_WORDS_BYTES,
  type OpenedWords,
  openWords,
  type RoundWords,
  type SaidWords,
  sealContent,
  sealWords,
  type WordsFault,
  withdrawalSecret,
  wordsRef,
  wordsSalt,
} from './words.ts'
