/** The arrows between rooms: they point down only. */
const only = (from, to, comment) => ({
  name: `${from} only`,
  comment,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: '^(app|bench|cli|client|core|devnet|gen|script|server|test|web|worker)/', pathNot: `^(${to})` },
});

module.exports = {
  forbidden: [
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared packages',
      severity: 'error',
      from: { pathNot: '^(test|bench|script)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    only('gen', 'gen/', 'generated code stands alone'),
    only('core/incidents', 'core/(incidents|sports/types|errors)', 'a leaf: the client imports it'),
    only('core/sports', 'core/(sports|incidents|errors|chain/devnet-chain)', 'a leaf: the client imports it'),
    only('core/chain', 'core/(chain|store|clock|log|errors|page)', 'the chain knows nothing of decisions'),
    only('core', 'core/', 'core imports nothing from those who share it'),
    only('client', 'client/|gen/|core/(incidents|sports|errors)', 'small: for data proxies and scripts'),
    only('server', 'server/|gen/|core/', 'use cases over the core'),
    only('worker', 'worker/|core/', 'decisions and their effects'),
    only('devnet', 'devnet/|core/', 'a simulated chain'),
    only('app', 'app/|server/|worker/|devnet/|core/', 'puts processes together'),
    only('cli', 'cli/|client/|app/|gen/|core/', 'remote commands use the client, local ones the app'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.d.ts', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
