import { type APIRequestContext, expect } from '@playwright/test'
import { callApi } from './api'

/** The data set of this file name: that of an earlier try, or a new one, ready to be read. */
export async function uploadCsv(api: APIRequestContext, fileName: string, csv: string): Promise<string> {
  const sets = () => callApi<{ id: string; name: string; newest: { status: string } }[]>(api, 'query', 'dataSets.list')
  const known = (await sets()).find(({ name }) => `${name}.csv` === fileName)
  const id = known?.id ?? (await (await api.put(`/api/uploads?name=${fileName}`, { data: Buffer.from(csv) })).json()).dataSet
  await expect.poll(async () => (await sets()).find((set) => set.id === id)?.newest.status).toBe('ready')
  return id
}
