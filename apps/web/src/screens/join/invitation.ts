/** What an opened invitation tells before anybody joins. Everything in it was sealed for whoever holds the link. */
export interface InvitationFacts {
  /** The names that the facilitators go by. At least one. */
  readonly facilitators: readonly string[]
  /** What the convenor wrote about the dialogue, as typed. */
  readonly purpose?: string | undefined
  /** What may leave the room. */
  readonly leaves: 'nothing' | 'ideas' | 'text'
  /** Days from the end of the dialogue to the destruction of what was written. */
  readonly keptDays: number
  /** The ground rules, in order, in the dialogue's language. */
  readonly rules: readonly string[]
  /** The language that purpose and rules are written in, where known. */
  readonly lang?: string | undefined
}
