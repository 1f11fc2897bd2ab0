// What the bundle leaves to node_modules: a native addon, and a logger that starts its own worker files.
export default { external: ['@photostructure/sqlite', 'pino'] }
