import packageJson from '../package.json' with { type: 'json' }

/** The version of Stageline that is running. */
export const codeVersion: string = packageJson.version
