import fastify from 'fastify'

/** The peer of the gateway's benchmark: a Fastify route that reads JSON and answers with the JSON that it was given at its start. */
const [port = '0', answer = '{}'] = process.argv.slice(2)
const json: unknown = JSON.parse(answer)
const app = fastify()
app.post('/v1/bench/predict', () => json)
await app.listen({ host: '127.0.0.1', port: Number(port) })
