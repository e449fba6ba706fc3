import { expect, test } from '@playwright/test'
import { callApi, signIn } from './api'
import { owner, ownerSession } from './people'

test('the first visitor becomes the owner', async ({ request }) => {
  const { first } = await callApi<{ first: boolean }>(request, 'query', 'people.me')
  if (first) await callApi(request, 'mutation', 'people.createOwner', owner)
  await signIn(request, owner)
  const { actor } = await callApi<{ actor: { role: string } | null }>(request, 'query', 'people.me')
  expect(actor?.role).toBe('admin')
  await request.storageState({ path: ownerSession })
})
