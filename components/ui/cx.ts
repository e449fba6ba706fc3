import { twMerge } from 'tailwind-merge'

/** Joins class names; later utilities win over earlier ones. */
export function cx(...names: (string | false | null | undefined | 0 | '')[]): string {
  return twMerge(names.filter(Boolean).join(' '))
}
