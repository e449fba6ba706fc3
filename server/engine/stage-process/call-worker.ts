import { AppError } from '#core/errors/app-error'
import type { StageCalls } from '#stages/define'
import type { CallName, FromStage, ToStage } from './messages'

/** A stage's questions to its worker: each gets a number, and the answer or refusal that comes back with it. */
export type WorkerCalls = { calls: StageCalls; secret(name: string): Promise<string>; settle(message: ToStage): void }

export function openWorkerCalls(send: (message: FromStage) => void): WorkerCalls {
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let count = 0

  // The worker answers each name with the type that StageCalls says; the channel cannot carry types.
  function ask<T>(name: CallName, input: unknown): Promise<T> {
    count += 1
    const call = count
    return new Promise<T>((resolve, reject) => {
      open.set(call, { resolve: (value) => resolve(value as T), reject })
      send({ kind: 'call', call, name, input })
    })
  }

  return {
    calls: {
      dataSetVersion: (input) => ask('dataSetVersion', input),
      registerModel: (input) => ask('registerModel', input),
      deployModel: (input) => ask('deployModel', input),
      searchTrials: () => ask('searchTrials', {}),
      trialScore: (input) => ask('trialScore', input),
    },
    secret: (name) => ask('secret', { name }),
    settle(message) {
      if (message.kind === 'work') return
      const asked = open.get(message.call)
      open.delete(message.call)
      if (message.kind === 'answer') asked?.resolve(message.value)
      else asked?.reject(new AppError(message.error.code, { detail: message.error.message, hint: message.error.hint }))
    },
  }
}
