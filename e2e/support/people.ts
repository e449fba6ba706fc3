/** Who the owner of the Stageline under test is. */
export const owner = { name: 'Olga Owner', email: 'olga@example.org', password: 'correct horse battery' }

/** Where the owner's session is kept between tests. */
export const ownerSession = 'test-results/.sessions/owner.json'
