import type { Seat, SeatId, SpaceState } from '@antechamber/core'
import type { SpaceRecord } from '../records.ts'
import { Space, type SpaceOf } from '../space.ts'

/** What a rogue takes for the subject of whatever it is shown. */
const PRETENDED = 'pretended'

/** A keeper's space, whose program takes for said and signed what nobody has. */
export class RogueSpace extends Space {
  readonly #lie: { of?: readonly [seat: Seat, by: SeatId] }

  #invented: SeatId | undefined

  constructor(record: SpaceRecord, of: SpaceOf) {
    const lie: { of?: readonly [seat: Seat, by: SeatId] } = {}
    const { subject, signed } = of.proofs
    const proofs = {
      ...of.proofs,
      subject: (...asked: Parameters<typeof subject>) => (lie.of ? PRETENDED : subject(...asked)),
      signed: (...asked: Parameters<typeof signed>) => lie.of !== undefined || signed(...asked),
    }
    super(record, { ...of, proofs })
    this.#lie = lie
  }

  /** From now on it takes somebody of a side to have said yes to this seat. */
  pretend(seat: Seat, by: SeatId): void {
    this.#lie.of = [seat, by]
  }

  /** From now on it takes somebody to have said something that nobody has. */
  invent(by: SeatId): void {
    this.#invented = by
  }

  override get state(): SpaceState | undefined {
    const state = this.#withInvented(super.state)
    const lie = this.#lie?.of
    if (!state || !lie) return state
    const [{ id }, by] = lie
    const { governing } = state
    const turn = { subject: PRETENDED, signature: 'A'.repeat(86), at: governing.time }
    return { ...state, governing: { ...governing, turns: { [id]: { [by]: turn } } } }
  }

  #withInvented(state: SpaceState | undefined): SpaceState | undefined {
    if (!state || this.#invented === undefined) return state
    const { spoken = [] } = state.governing
    const said = { id: 'A'.repeat(22), by: this.#invented }
    return { ...state, governing: { ...state.governing, spoken: [...spoken, said] } }
  }
}
