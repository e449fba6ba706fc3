import autocannon from 'autocannon'
import { it } from 'vitest'
import { testHouse } from '#server/testing/test-house'
import { slowModel } from '#server/testing/slow-model'
import { putRelease, registerFile } from '#server/serving/testing-release'
import { runGateway } from '#server/serving/run-gateway'
import { internalKey } from '#server/serving/keys/key-ring'
import { secretKey } from '#server/secret-key'
it('bench', async () => {
  const house = await testHouse()
  const gateway = await runGateway(house)
  const slow = await registerFile(house, slowModel())
  for (const mode of ['off', 'adaptive']) await putRelease(house, { deployment: mode, routes: [{ versionId: slow.id, weight: 100 }], settings: { batching: { mode } } })
  await putRelease(house, { deployment: 'cache', routes: [{ versionId: slow.id, weight: 100 }], settings: { cache: { on: true } } })
  await new Promise((r) => setTimeout(r, 2000))
  for (const c of [1, 16, 64, 256]) for (const mode of ['off', 'adaptive', 'cache']) {
    const r = await autocannon({ url: `${gateway.url}/v1/${mode}/predict`, method: 'POST', headers: { authorization: `Bearer ${internalKey(secretKey(house.env))}` }, connections: c, duration: 4, requests: [1,2,3].map((i) => ({ body: JSON.stringify({ body: `Lunch ${i}?`, hour: 30 }) })) })
    console.log(mode, c, Math.round(r.requests.average), 'p50', r.latency.p50, 'p99', r.latency.p99, 'non2xx', r.non2xx)
  }
  await gateway.close(); await house.close()
}, 200_000)
