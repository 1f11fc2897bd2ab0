/** Our own line drawings on a grid of 24, drawn with a round pen. `turns`: mirrored where lines run from the right. */
export const ICONS = {
  arrow: { path: 'M5 12h14M13 6l6 6-6 6', turns: true },
  back: { path: 'M19 12H5M11 6l-6 6 6 6', turns: true },
  chevron: { path: 'M6 9.5l6 6 6-6', turns: false },
  print: { path: 'M7 8V3.5h10V8M7 17H4V8h16v9h-3M7 14h10v6.5H7z', turns: false },
  download: { path: 'M12 4v11M8 11.5l4 4 4-4M4.5 16v4h15v-4', turns: false },
  plus: { path: 'M12 5v14M5 12h14', turns: false },
  table: { path: 'M3 9.5h18M5.5 9.5L4.5 19M18.5 9.5l1 9.5M3 9.5l2.5-4h13L21 9.5', turns: false },
  check: { path: 'M5 12.5l4.5 4.5L19 7.5', turns: false },
  close: { path: 'M6 6l12 12M18 6L6 18', turns: false },
  copy: { path: 'M9 9h10v11H9zM15 9V4H5v11h4', turns: false },
  share: { path: 'M12 15V4M8 7.5L12 4l4 3.5M6 12H4.5v8h15v-8H18', turns: false },
  hide: {
    path: 'M3 12c2.4-4 5.4-6 9-6s6.6 2 9 6c-2.4 4-5.4 6-9 6s-6.6-2-9-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM4.5 20L19.5 4',
    turns: false,
  },
  lock: { path: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2', turns: false },
  device: { path: 'M7.5 3.5h9v17h-9zM11 17.5h2', turns: false },
  globe: {
    path: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.4 12h17.2M12 3c2.6 2.6 3.9 5.6 3.9 9s-1.3 6.4-3.9 9c-2.6-2.6-3.9-5.6-3.9-9S9.4 5.6 12 3z',
    turns: false,
  },
  alert: { path: 'M12 3.5L22 20.5H2zM12 10v5M12 17.6v.2', turns: false },
  note: { path: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6v.2', turns: false },
  door: { path: 'M6 21V4l9-1.5V21M15 4.5h3.5V21M4 21h16M11.8 12v1', turns: true },
  pause: { path: 'M9 6v12M15 6v12', turns: false },
  help: {
    path: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.6 9.6c.2-1.4 1.1-2.2 2.5-2.2 1.5 0 2.5.9 2.5 2.2 0 1.9-2.5 2.1-2.5 4M12.1 16.6v.2',
    turns: true,
  },
  notes: { path: 'M6 3.5h8.5L18 7v13.5H6zM14 3.8V7.5h3.8M9 11.5h6M9 15h4.5', turns: true },
  seen: {
    path: 'M3 12c2.4-4 5.4-6 9-6s6.6 2 9 6c-2.4 4-5.4 6-9 6s-6.6-2-9-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
    turns: false,
  },
  ripple: {
    path: 'M3 9c1.5 0 1.5-2 3-2s1.5 2 3 2 1.5-2 3-2 1.5 2 3 2 1.5-2 3-2 1.5 2 3 2M5 13.5c1.4 0 1.4-1.8 2.8-1.8s1.4 1.8 2.8 1.8 1.4-1.8 2.8-1.8 1.4 1.8 2.8 1.8 1.4-1.8 2.8-1.8M8 18c1.3 0 1.3-1.6 2.7-1.6S12 18 13.3 18s1.3-1.6 2.7-1.6',
    turns: false,
  },
  bowl: { path: 'M3.5 11h17c0 4.8-3.4 8-8.5 8s-8.5-3.2-8.5-8zM9 21h6M12 7.5v-4M8.5 7.5v-2M15.5 7.5v-2', turns: false },
  quote: { path: 'M4 5.5h16V16h-9l-4 4v-4H4zM8.5 9.2h7M8.5 12.4h4.5', turns: true },
  echo: { path: 'M4 5.5h16V16h-9l-4 4v-4H4zM15 10.8H9.4M11.6 8.6l-2.2 2.2 2.2 2.2', turns: true },
} as const

/** A drawing that {@link ICONS} has. */
export type IconName = keyof typeof ICONS
