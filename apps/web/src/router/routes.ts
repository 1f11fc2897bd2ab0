/** A place in the page, read from the address. What is not known is the stranger's page, which tells nothing. */
export type Route =
  | { readonly name: 'stranger' }
  | { readonly name: 'limits' }
  | { readonly name: 'join'; readonly invitation: string }
  | { readonly name: 'desk' }
  | { readonly name: 'dialogue'; readonly id: string }

const PLACES: readonly [pattern: RegExp, route: (part: string) => Route][] = [
  [/^\/limits\/?$/, () => ({ name: 'limits' })],
  [/^\/desk\/?$/, () => ({ name: 'desk' })],
  [/^\/i\/([A-Za-z0-9_-]{1,64})\/?$/, (invitation) => ({ name: 'join', invitation })],
  [/^\/d\/([A-Za-z0-9_-]{1,64})\/?$/, (id) => ({ name: 'dialogue', id })],
]

/** Total: every path is a place. */
export function routeOf(pathname: string): Route {
  for (const [pattern, route] of PLACES) {
    const found = pattern.exec(pathname)
    if (found) return route(found[1] ?? '')
  }
  return { name: 'stranger' }
}

/** The address of a place, the inverse of {@link routeOf}. */
export function pathOf(route: Route): string {
  switch (route.name) {
    case 'stranger':
      return '/'
    case 'join':
      return `/i/${route.invitation}`
    case 'dialogue':
      return `/d/${route.id}`
    default:
      return `/${route.name}`
  }
}
