/** What the doctor saw. A `problem` makes the exit code 1 and always says how to mend it; `idle` is neither good nor bad. */
export type Finding = { check: string; state: 'ok' | 'idle' | 'warning' | 'problem'; text: string; mend?: string }

export const ok = (check: string, text: string): Finding => ({ check, state: 'ok', text })
export const idle = (check: string, text: string): Finding => ({ check, state: 'idle', text })
export const warning = (check: string, text: string, mend: string): Finding => ({ check, state: 'warning', text, mend })
export const problem = (check: string, text: string, mend: string): Finding => ({ check, state: 'problem', text, mend })
