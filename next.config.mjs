/** @type {import('next').NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  serverExternalPackages: ['@dbos-inc/dbos-sdk', 'pg', 'pino', '@duckdb/node-api', 'onnxruntime-node'],
  devIndicators: false,
  // A page is loaded when it is first asked for: loading all of them took half of the start.
  experimental: { preloadEntriesOnStart: false },
  // `npm test` checks the types; a first start on a small machine need not wait for it.
  typescript: { ignoreBuildErrors: true },
}
