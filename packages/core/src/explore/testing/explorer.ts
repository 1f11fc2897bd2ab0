import { FAY, SEATS } from './cast.ts'
import { type Core, Engine } from './engine.ts'
import { Fault, must } from './fault.ts'
import { BOUNDS, Menu, type Move } from './menu.ts'
import { checkMove } from './moving.ts'
import { checkLacking, checkShown, textOfView } from './reading.ts'
import type { Start } from './starts.ts'
import { isSeated, keyOf, ledgersOf, readerKey, shared, type Table, worldKey, worldOf, written } from './table.ts'
import { checkWayOn, checkWaysOut } from './ways.ts'

/** What an exploration was, in figures. */
export interface Found {
  readonly start: string
  readonly depth: number
  /** States reached from this start, and those among them that no start before had reached. */
  readonly states: number
  readonly fresh: number
  /** Commands decided on a state, and what came of them, one after the other and at once. */
  readonly edges: number
  readonly races: number
}

interface Node {
  readonly table: Table
  readonly depth: number
  readonly before: Node | undefined
  readonly label: string
}

/** How a state was reached, for whoever has to look into it. */
function pathTo(node: Node | undefined): readonly string[] {
  return node ? [...pathTo(node.before), node.label] : []
}

/** Of how many states one is looked at with every two commands decided on it at once, in both orders. */
const RACE_EVERY = 25
/** Most readers' views that are kept. */
const KEPT_VIEWS = 40_000

/** Goes through every sequence of commands, breadth first, and checks each state that it comes to. */
export class Explorer {
  readonly engine: Engine
  /** Every state that has been reached, from whatever start. */
  readonly #all = new Set<number>()
  readonly #checked = new Set<number>()
  #views = new Map<number, string>()

  constructor(core: Core) {
    this.engine = new Engine(core)
  }

  get states(): number {
    return this.#all.size
  }

  /** Explores from one start. @throws Fault with the way to it, at the first thing that is wrong */
  explore({ name, prelude, depth, bounds = {} }: Start): Found {
    const menu = new Menu(this.engine, { ...BOUNDS, ...bounds })
    const run = new Run(this, menu, depth)
    const before = this.#all.size
    run.go(prelude)
    this.engine.forget()
    const { states, edges, races } = run
    return { start: name, depth, states, fresh: this.#all.size - before, edges, races }
  }

  /** Checks what holds of a state however it was reached. */
  arrive(table: Table, key: number, isWhole = true): void {
    if (isWhole) {
      if (this.#all.has(key)) return
      this.#all.add(key)
    }
    for (const person of SEATS.keys()) this.#checkReader(table, person, isWhole)
  }

  #checkReader(table: Table, person: number, isWhole: boolean): void {
    if (!isSeated(table, person)) return
    const key = readerKey(table, person) * (isWhole ? 1 : -1)
    if (this.#checked.has(key)) return
    this.#checked.add(key)
    const { core } = this.engine
    const world = worldOf(table, person)
    const ledgers = ledgersOf(table, person)
    const view = core.view(world, core.proofs)
    must(view !== undefined, 'whoever is in the room has a view of it', world.me)
    const shown = textOfView(view)
    checkShown(view, world.me, ledgers, shown)
    checkLacking(core, world, shown, this.#checked.size)
    if (!isWhole) return
    checkWaysOut(this.engine, world, view, ledgers)
    if (SEATS[person] === FAY) checkWayOn(this.engine, table, view)
  }

  /** What one person is shown at a table, as one text. */
  shownTo(table: Table, person: number): string {
    const key = worldKey(table, person)
    const known = this.#views.get(key)
    if (known !== undefined) return known
    const { view, proofs } = this.engine.core
    const shown = textOfView(view(worldOf(table, person), proofs))
    if (this.#views.size > KEPT_VIEWS) this.#views = new Map()
    this.#views.set(key, shown)
    return shown
  }
}

/** Behind a label in a prelude: of what the command writes, the last alone. */
const ALONE = ', the last write alone'

/** One exploration from one start. */
class Run {
  states = 0
  edges = 0
  races = 0
  #expanded = 0
  readonly #explorer: Explorer
  readonly #menu: Menu
  readonly #depth: number
  readonly #seen = new Set<number>()
  /** States to go on from, by depth. */
  readonly #levels: Node[][]

  constructor(explorer: Explorer, menu: Menu, depth: number) {
    this.#explorer = explorer
    this.#menu = menu
    this.#depth = depth
    this.#levels = Array.from({ length: depth + 1 }, () => [])
  }

  go(prelude: Start['prelude']): void {
    let node: Node = { table: this.#explorer.engine.begin(), depth: 0, before: undefined, label: 'begin' }
    for (const label of prelude) node = this.#preludeStep(node, label)
    this.#reach(node.table, node, 0, 'start')
    for (let depth = 0; depth < this.#depth; depth++) {
      const level = this.#levels[depth] as Node[]
      // From the end, letting go of each: the last levels are large.
      for (let at = level.pop(); at; at = level.pop()) this.#expand(at)
    }
  }

  #preludeStep(node: Node, label: string): Node {
    const moves = this.#menu.movesAt(node.table)
    const move = moves.find((one) => label === one.label || label === one.label + ALONE)
    if (!move) throw new Error(`no "${label}" among ${moves.map((one) => one.label).join('; ')}`)
    const writes = label.endsWith(ALONE) ? move.writes.slice(-1) : move.writes
    const { table } = written(this.#explorer.engine, node.table, writes)
    return { table, depth: 0, before: node, label }
  }

  /** Comes to a state by a command: checks it if nobody has been there, and keeps it to go on from. */
  #reach(table: Table, before: Node | undefined, depth: number, label: string): void {
    const key = keyOf(table)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.states++
    const node: Node = { table: shared(this.#explorer.engine, table), depth, before, label }
    this.#saying(node, () => this.#explorer.arrive(node.table, key))
    if (depth < this.#depth) (this.#levels[depth] as Node[]).push(node)
  }

  #expand(node: Node): void {
    const { engine } = this.#explorer
    const moves = this.#saying(node, () => this.#menu.movesAt(node.table))
    for (const move of moves) {
      this.edges++
      const { table, setAside } = this.#saying(node, () => written(engine, node.table, move.writes), move.label)
      this.#saying(
        node,
        () => checkMove(node.table, move, setAside, table, (at, who) => this.#explorer.shownTo(at, who)),
        move.label,
      )
      this.#reach(table, node, node.depth + 1, move.label)
      if (move.writes.length > 1) this.#inParts(node, move)
    }
    const isRaced = node.depth === 0 || this.#expanded++ % RACE_EVERY === 0
    if (isRaced && node.depth + 2 <= this.#depth) this.#race(node, moves)
  }

  /** A device that dies between two writes; and one that reads the later before the earlier. */
  #inParts(node: Node, move: Move): void {
    const { engine } = this.#explorer
    for (let n = 1; n < move.writes.length; n++) {
      const { table } = written(engine, node.table, move.writes.slice(0, n))
      this.#reach(table, node, node.depth + 1, `${move.label}, broken off after ${n}`)
      const late = written(engine, node.table, move.writes.slice(n, n + 1)).table
      this.#saying(node, () => this.#explorer.arrive(late, 0, false), `${move.label}, write ${n} read first`)
    }
  }

  /** Every two commands that are decided on the same state, and arrive one after the other. */
  #race(node: Node, moves: readonly Move[]): void {
    const { engine } = this.#explorer
    for (const first of moves) {
      const { table } = written(engine, node.table, first.writes)
      for (const second of moves) {
        if (first === second) continue
        this.races++
        const label = `${first.label}; at the same time ${second.label}`
        const after = this.#saying(node, () => written(engine, table, second.writes).table, label)
        const apart = second.writes.every(({ at }) => !first.writes.some((one) => one.at === at))
        if (apart) this.#saying(node, () => this.#sameEitherWay(node, first, second, after), label)
        this.#reach(after, node, node.depth + 2, label)
      }
    }
  }

  /** Entries of different spaces have no order. */
  #sameEitherWay({ table }: Node, first: Move, second: Move, after: Table): void {
    const { engine } = this.#explorer
    const other = written(engine, written(engine, table, second.writes).table, first.writes).table
    const isSame = other.every(({ ids }, at) => ids[0] === after[at]?.ids[0])
    must(isSame, 'what is written in different spaces comes to the same in any order (DG3)')
  }

  #saying<T>(node: Node, check: () => T, label?: string): T {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const path = [...pathTo(node), ...(label === undefined ? [] : [label])]
      throw new Fault(`${error.message}\n  ${path.join('\n  ')}`)
    }
  }
}
