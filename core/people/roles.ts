/** Each role may do all that the ones before it may. */
export const roles = ['viewer', 'analyst', 'lead', 'admin'] as const
export type Role = (typeof roles)[number]

/** Whether `role` is `needed` or above. */
export function hasRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}
