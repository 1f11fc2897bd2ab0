import { pathOf, type Route, routeOf } from './routes.ts'

let route = $state.raw<Route>(routeOf(location.pathname))
let fragment = ''

/** Where we are. Reading it in a component follows every move. */
export const router = {
  get route(): Route {
    return route
  },
  /** Goes to a place, and leaves the present one behind in the history, or not. */
  go(to: Route, { replace = false } = {}): void {
    history[replace ? 'replaceState' : 'pushState'](null, '', pathOf(to))
    arrive()
    scrollTo(0, 0)
  },
  /**
   * The part of the address after `#`, without it; empty when there was none. An invitation or desk link carries its
   * secret there. It is gone from the address bar and the history before anything is shown, and given out once.
   */
  takeFragment(): string {
    const taken = fragment
    fragment = ''
    return taken
  },
  /**
   * Puts back what was taken, for a screen that could not use it yet: the next screen of the same place takes it again.
   * It is kept in memory alone, and forgotten when the person goes elsewhere.
   */
  giveBackFragment(taken: string): void {
    fragment = taken
  },
}

function arrive(): void {
  const isGiven = location.hash !== ''
  if (isGiven) {
    fragment = location.hash.slice(1)
    history.replaceState(null, '', location.pathname)
  }
  const to = routeOf(location.pathname)
  if (!isGiven && pathOf(to) !== pathOf(route)) fragment = ''
  // The steps of a place share its address: only another place, or a new secret, begins anew.
  if (isGiven || pathOf(to) !== pathOf(route)) route = to
}

arrive()
addEventListener('popstate', arrive)

/** For `onclick` of a link within the page: moves without loading, unless the person asks for a new tab. */
export function follow(event: MouseEvent): void {
  const link = event.currentTarget as HTMLAnchorElement
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  router.go(routeOf(new URL(link.href).pathname))
}
