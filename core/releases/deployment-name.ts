import { z } from 'zod'

/** Name of a deployment: part of a URL, so lower-case letters, digits and hyphens. */
export const deploymentNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,59}$/, 'A deployment name has 1 to 60 lower-case letters, digits and hyphens, and starts with a letter.')

/** The nearest valid deployment name to any text, for example a model's name. */
export function toDeploymentName(text: string): string {
  const name = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 60)
    .replace(/-+$/, '')
  return name || 'deployment'
}
